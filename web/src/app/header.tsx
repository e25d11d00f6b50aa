import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useClusters } from "@/api/clusters";
import type { Connection } from "@/api/live";
import { switchLanguage } from "@/i18n";
import { Button } from "@/widgets/button";
import { Glyph } from "@/widgets/state_mark";

import { toggleTheme, useTheme } from "./theme";

interface HeaderProps {
  readonly connection: Connection;
  readonly onSearch: () => void;
  readonly onHelp: () => void;
}

function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#4f6bed" />
      <circle cx="9" cy="22" r="3" fill="#fff" opacity=".65" />
      <circle cx="23" cy="22" r="3" fill="#fff" opacity=".65" />
      <path d="M16 5.5 20.5 10 16 14.5 11.5 10z" fill="#fff" />
      <path d="M14.3 12.8 10.2 19.6M17.7 12.8 21.8 19.6M12 22h8" stroke="#fff" strokeWidth="1.6" opacity=".65" fill="none" />
    </svg>
  );
}

function ThemeSign({ dark }: { readonly dark: boolean }) {
  return (
    <svg width="15" height="15" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
      {dark ? (
        <>
          <circle cx="8" cy="8" r="3" />
          <path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M3 13l1.1-1.1M11.9 4.1 13 3" />
        </>
      ) : (
        <path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z" />
      )}
    </svg>
  );
}

export function Header({ connection, onSearch, onHelp }: HeaderProps) {
  const { t, i18n } = useTranslation();
  const dark = useTheme() === "dark";
  const open = useClusters().data?.reduce((sum, cluster) => sum + cluster.open_incidents.length, 0) ?? 0;
  return (
    <header className="header">
      <div className="header-row">
        <Link to="/" className="brand" aria-label={t("app.name")}>
          <Logo />
          <span className="brand-name">{t("app.name")}</span>
        </Link>
        <nav className="header-nav" aria-label={t("app.navigation")}>
          <Link to="/" className="nav-link nav-link-overview" activeOptions={{ exact: true }}>
            {t("nav.overview")}
          </Link>
          <Link to="/incidents" className="nav-link">
            {t("nav.incidents")}
            {open > 0 && (
              <span className="nav-count">
                <Glyph kind="trouble" size={11} />
                <span aria-hidden="true">{open}</span>
                <span className="only-heard">{t("nav.openCount", { count: open })}</span>
              </span>
            )}
          </Link>
          <Link to="/detectors" className="nav-link">
            {t("nav.detectors")}
          </Link>
          <Link to="/drills" className="nav-link">
            {t("nav.drills")}
          </Link>
        </nav>
        <div className="header-tools">
          <span className={`live-mark live-${connection.state}`} role="status">
            <span className="live-dot" aria-hidden="true" />
            <span className="live-word">{t(`connection.${connection.state}`)}</span>
          </span>
          <button type="button" className="search-button" onClick={onSearch} aria-label={t("header.searchHint")}>
            {t("header.search")}
            <kbd>/</kbd>
          </button>
          <Button
            kind="bare"
            label={t("header.languageLabel")}
            onClick={() => {
              switchLanguage(i18n);
            }}
          >
            {t("header.language")}
          </Button>
          <Button kind="bare" label={dark ? t("header.toLight") : t("header.toDark")} onClick={toggleTheme}>
            <ThemeSign dark={dark} />
          </Button>
          <span className="header-help">
            <Button kind="bare" label={t("header.help")} onClick={onHelp}>
              ?
            </Button>
          </span>
        </div>
      </div>
    </header>
  );
}

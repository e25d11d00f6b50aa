// What stands around every page: header, connection notice, search and help, and the keys that work everywhere.

import { Outlet, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useLiveUpdates, useStartLive } from "@/api/live";

import { ConnectionNotice } from "./connection_notice";
import { Header } from "./header";
import { HelpDialog } from "./help_dialog";
import { useLive } from "./live_context";
import { SearchDialog } from "./search_dialog";
import { useShortcuts } from "./shortcuts";
import { toggleTheme } from "./theme";

import "./shell.css";

export function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const live = useLive();
  useStartLive(live);
  const connection = useLiveUpdates(live);
  const [dialog, setDialog] = useState<"search" | "help" | null>(null);
  const close = () => {
    setDialog(null);
  };

  useShortcuts({
    "/": () => {
      setDialog("search");
    },
    "?": () => {
      setDialog("help");
    },
    "g i": () => {
      void navigate({ to: "/incidents" });
    },
    "g d": () => {
      void navigate({ to: "/drills" });
    },
    "g w": () => {
      void navigate({ to: "/detectors" });
    },
    "g o": () => {
      void navigate({ to: "/" });
    },
    t: toggleTheme,
  });

  return (
    <>
      <a className="skip-link" href="#content">
        {t("app.skip")}
      </a>
      <Header
        connection={connection}
        onSearch={() => {
          setDialog("search");
        }}
        onHelp={() => {
          setDialog("help");
        }}
      />
      <main id="content" className="content" tabIndex={-1}>
        <Outlet />
      </main>
      <ConnectionNotice connection={connection} onRetry={live.retry} />
      {dialog === "search" && <SearchDialog onClose={close} />}
      {dialog === "help" && <HelpDialog onClose={close} />}
    </>
  );
}

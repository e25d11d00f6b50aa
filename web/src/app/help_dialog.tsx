import { useTranslation } from "react-i18next";

import { Dialog } from "@/widgets/dialog";

interface HelpDialogProps {
  readonly onClose: () => void;
}

export function HelpDialog({ onClose }: HelpDialogProps) {
  const { t } = useTranslation();
  const then = ` ${t("help.then")} `;
  return (
    <Dialog label={t("help.title")} onClose={onClose}>
      <h2>{t("help.title")}</h2>
      <dl className="help-list">
        <dt>{t("help.search")}</dt>
        <dd>
          <kbd>/</kbd>
        </dd>
        <dt>{t("help.goIncidents")}</dt>
        <dd>
          <kbd>g</kbd>
          {then}
          <kbd>i</kbd>
        </dd>
        <dt>{t("help.goOverview")}</dt>
        <dd>
          <kbd>g</kbd>
          {then}
          <kbd>o</kbd>
        </dd>
        <dt>{t("help.goDrills")}</dt>
        <dd>
          <kbd>g</kbd>
          {then}
          <kbd>d</kbd>
        </dd>
        <dt>{t("help.goDetectors")}</dt>
        <dd>
          <kbd>g</kbd>
          {then}
          <kbd>w</kbd>
        </dd>
        <dt>{t("help.move")}</dt>
        <dd>
          <kbd>j</kbd> / <kbd>k</kbd>
        </dd>
        <dt>{t("help.openIt")}</dt>
        <dd>
          <kbd>Enter</kbd>
        </dd>
        <dt>{t("help.theme")}</dt>
        <dd>
          <kbd>t</kbd>
        </dd>
        <dt>{t("help.help")}</dt>
        <dd>
          <kbd>?</kbd>
        </dd>
      </dl>
    </Dialog>
  );
}

// What is wrong with DistDiag itself while it goes on.

import { useTranslation } from "react-i18next";

import type { Notice } from "@/api/status";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";
import { Glyph } from "@/widgets/state_mark";

import "./notices_card.css";

interface NoticesCardProps {
  readonly notices: readonly Notice[];
}

export function NoticesCard({ notices }: NoticesCardProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("overview.notices")} aside={t("header.notices", { count: notices.length })}>
      <ul>
        {notices.map((notice) => (
          <li key={notice.code} className="notice">
            <Glyph kind="abnormal" />
            <span>
              {notice.text}
              <span className="quiet">
                {" "}
                · {t("notice.times", { count: notice.count })}, {t("notice.last")} <Clock time={notice.time} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

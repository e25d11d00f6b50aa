// How old the newest data of a cluster are.

import { useTranslation } from "react-i18next";

import { significant } from "@/format/number";
import { Clock } from "@/widgets/clock";

interface FreshnessProps {
  readonly time: string | null;
  readonly lag_s: number | null;
}

export function Freshness({ time, lag_s }: FreshnessProps) {
  const { t } = useTranslation();
  if (time === null || lag_s === null) return <span className="quiet">{t("freshness.none")}</span>;
  // Below a second the digits would only flicker.
  const age = lag_s < 1 ? "<\u00a01\u00a0s" : `${significant(Math.round(lag_s))}\u00a0s`;
  return (
    <span className="quiet">
      {t("freshness.asOf")} <Clock time={time} /> · {t("freshness.fresh", { age })}
    </span>
  );
}

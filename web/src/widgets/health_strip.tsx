// The last hour as a row of cells. Height and pattern tell the state as well as the colour does.

import { useTranslation } from "react-i18next";

import { clockText } from "@/format/time";

import "./health_strip.css";

export type HealthState = "no_data" | "learning" | "ok" | "trouble";

export interface HealthSlice {
  readonly from: string;
  readonly to: string;
  readonly state: HealthState;
}

interface HealthStripProps {
  readonly cells: readonly HealthSlice[];
}

export function HealthStrip({ cells }: HealthStripProps) {
  const { t, i18n } = useTranslation();
  const count = (state: HealthState) => cells.filter((cell) => cell.state === state).length;
  const label = t("health.summary", {
    trouble: count("trouble"),
    ok: count("ok"),
    learning: count("learning"),
    noData: count("no_data"),
    total: cells.length,
  });
  return (
    <div className="health-strip" role="img" aria-label={label}>
      {cells.map((cell) => {
        const from = clockText(new Date(cell.from), i18n.language);
        const to = clockText(new Date(cell.to), i18n.language);
        return (
          <span
            key={cell.from}
            className={`health-cell health-${cell.state}`}
            title={`${from.time} – ${to.time} ${to.offset}: ${t(`clusterState.${cell.state}`)}`}
          />
        );
      })}
    </div>
  );
}

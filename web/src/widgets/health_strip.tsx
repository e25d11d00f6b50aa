// The last hour as a row of cells. Height and pattern tell the state as well as the colour does.

import { useTranslation } from "react-i18next";

import { clockText } from "@/format/time";

import "./health_strip.css";

export type HealthState = "no_data" | "learning" | "ok" | "blind" | "trouble";

export interface HealthSlice {
  readonly from: string;
  readonly to: string;
  readonly state: HealthState;
}

interface HealthStripProps {
  readonly cells: readonly HealthSlice[];
}

const kHour_ms = 3600 * 1000;

function length_ms(cell: HealthSlice): number {
  return Math.max(1, Date.parse(cell.to) - Date.parse(cell.from));
}

export function HealthStrip({ cells }: HealthStripProps) {
  const { t, i18n } = useTranslation();
  // The strip is always an hour long: before the first slice nothing was seen.
  const before_ms = kHour_ms - cells.reduce((sum, cell) => sum + length_ms(cell), 0);
  const count = (state: HealthState) => cells.filter((cell) => cell.state === state).length;
  const label = t("health.summary", {
    trouble: count("trouble"),
    ok: count("ok"),
    blind: count("blind"),
    learning: count("learning"),
    noData: count("no_data"),
    total: cells.length,
  });
  return (
    <div className="health-strip" role="img" aria-label={label}>
      {before_ms > 0 && <span className="health-cell health-no_data" style={{ flexGrow: before_ms }} />}
      {cells.map((cell) => {
        const from = clockText(new Date(cell.from), i18n.language);
        const to = clockText(new Date(cell.to), i18n.language);
        return (
          <span
            key={cell.from}
            className={`health-cell health-${cell.state}`}
            style={{ flexGrow: length_ms(cell) }}
            title={`${from.time} – ${to.time} ${to.offset}: ${t(`clusterState.${cell.state}`)}`}
          />
        );
      })}
    </div>
  );
}

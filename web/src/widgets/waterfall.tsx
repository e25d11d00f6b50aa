// Who moved first: one row a first move, in order of time, each drawn from its start to the end.

import { useTranslation } from "react-i18next";

import { significant } from "@/format/number";
import { clockText } from "@/format/time";

import { cx } from "./class_names";

import "./waterfall.css";

export interface WaterfallRow {
  readonly key: string;
  readonly node: string;
  readonly label: string;
  // Seconds since the incident's start; may be slightly negative.
  readonly offset_s: number;
  readonly time: string;
  readonly severity: number;
  // Belongs to a node that the verdict names.
  readonly blamed: boolean;
}

interface WaterfallProps {
  readonly rows: readonly WaterfallRow[];
  // Seconds from start to end of the picture.
  readonly span_s: number;
}

function offsetWords(offset_s: number): string {
  const sign = offset_s < 0 ? "−" : "+";
  return `${sign}${significant(Math.abs(Math.round(offset_s * 10) / 10))}\u00a0s`;
}

export function Waterfall({ rows, span_s }: WaterfallProps) {
  const { t, i18n } = useTranslation();
  const first = Math.min(0, ...rows.map(({ offset_s }) => offset_s));
  const span = Math.max(1, span_s - first);
  return (
    <ol className="waterfall">
      {rows.map((row, index) => {
        const left = ((row.offset_s - first) / span) * 100;
        return (
          <li key={row.key} className={cx("waterfall-row", row.blamed && "waterfall-row-blamed")}>
            <span className="waterfall-node">{row.node}</span>
            <span className="waterfall-label" title={row.label}>
              <span className="waterfall-metric">{row.label}</span>
              {index === 0 && <span className="waterfall-first">{t("timeline.first")}</span>}
            </span>
            <span className="waterfall-track" aria-hidden="true">
              <span
                className="waterfall-bar"
                style={{ left: `${String(Math.min(98.5, left))}%`, opacity: 0.35 + 0.65 * Math.min(1, row.severity) }}
              />
            </span>
            <time
              className="waterfall-offset number"
              dateTime={row.time}
              title={`${clockText(new Date(row.time), i18n.language).time} ${clockText(new Date(row.time), i18n.language).offset}`}
            >
              {offsetWords(row.offset_s)}
            </time>
          </li>
        );
      })}
    </ol>
  );
}

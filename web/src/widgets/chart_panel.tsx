// One metric, all nodes: title, values in words, the lines. The values follow the cursor.

import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { quantityText, rangeText, scaleFor } from "@/format/number";
import { clockText } from "@/format/time";

import { cx } from "./class_names";
import { kPeerDashes, SeriesChart, type ChartLine, type ChartMarkLine, type TimeRange } from "./series_chart";

import "./chart_panel.css";

export interface PanelSeries {
  readonly node: string;
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

interface ChartPanelProps {
  readonly title: string;
  readonly about?: string;
  readonly unit: string;
  readonly times: readonly number[];
  readonly series: readonly PanelSeries[];
  readonly focus: readonly string[];
  readonly band: { readonly low: number; readonly high: number } | null;
  readonly marks: readonly ChartMarkLine[];
  readonly range: TimeRange;
  readonly group: string;
  readonly theme: string;
  readonly height?: number;
  readonly onZoom?: (range: TimeRange) => void;
}

interface LineSampleProps {
  readonly focus: boolean;
  readonly peer: number;
}

function LineSample({ focus, peer }: LineSampleProps) {
  return (
    <svg width="18" height="8" viewBox="0 0 18 8" aria-hidden="true" className={cx("line-sample", focus && "line-sample-focus")}>
      <line x1="1" y1="4" x2="17" y2="4" strokeDasharray={focus ? undefined : kPeerDashes[peer % kPeerDashes.length]?.join(" ")} />
    </svg>
  );
}

function lastKnown(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

export function ChartPanel(props: ChartPanelProps) {
  const { title, about, unit, times, series, focus, band, marks, range, group, theme, height = 168, onZoom } = props;
  const { t, i18n } = useTranslation();
  const [cursor, setCursor] = useState<number | null>(null);

  const lines = useMemo<ChartLine[]>(
    () =>
      // The abnormal lines are drawn last, so that none hides them.
      [...series]
        .sort((a, b) => Number(focus.includes(a.node)) - Number(focus.includes(b.node)))
        .map(({ node, mean, min, max }) => ({ name: node, focus: focus.includes(node), values: mean, low: min, high: max })),
    [series, focus],
  );
  const peers = series.filter(({ node }) => !focus.includes(node)).map(({ node }) => node);
  const at = (values: readonly (number | null)[]) => (cursor === null ? lastKnown(values) : (values[cursor] ?? null));
  const pointedTime = cursor === null ? undefined : times[cursor];

  const spoken = [
    `${title}:`,
    ...series.map(({ node, mean }) => `${node} ${quantityText(lastKnown(mean), unit)}`),
    band === null ? "" : t("chart.expected", rangeText(band.low, band.high, unit)),
  ].join(" ");

  return (
    <figure className="chart-panel">
      <figcaption className="chart-panel-head">
        <span className="chart-panel-title" title={about}>
          {title}
        </span>
        <span className="chart-panel-unit">{scaleFor(Math.max(0, ...series.flatMap(({ max }) => max.filter((v) => v !== null))), unit).unit}</span>
        <span className="chart-panel-time">{pointedTime === undefined ? "" : clockText(new Date(pointedTime * 1000), i18n.language).time}</span>
      </figcaption>
      <div className="chart-panel-values">
        {series.map(({ node, mean }) => {
          const abnormal = focus.includes(node);
          return (
            <span key={node} className={cx("chart-panel-value", abnormal && "chart-panel-value-focus")}>
              <LineSample focus={abnormal} peer={peers.indexOf(node)} />
              <span>{node}</span>
              <b>{quantityText(at(mean), unit)}</b>
            </span>
          );
        })}
        {band !== null && (
          <span className="chart-panel-value">
            <span className="band-sample" aria-hidden="true" />
            {t("chart.expected", rangeText(band.low, band.high, unit))}
          </span>
        )}
      </div>
      <SeriesChart
        label={spoken}
        unit={unit}
        times={times}
        lines={lines}
        band={band}
        marks={marks}
        range={range}
        height={height}
        group={group}
        theme={theme}
        onCursor={setCursor}
        {...(onZoom === undefined ? {} : { onZoom })}
      />
    </figure>
  );
}

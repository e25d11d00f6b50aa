// The golden signals. Side by side: one row a signal, one column a node under its tile, the same scale across a row, so
// that the eye finds the odd one. Overlaid: one chart a signal. Many nodes are always overlaid.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Change } from "@/api/changes";
import type { Chart } from "@/api/charts";
import type { Cluster } from "@/api/clusters";
import { kNodeMark } from "@/app/marks";
import { useWords } from "@/app/words";
import { quantityText, scaleFor } from "@/format/number";
import { ChartPanel } from "@/widgets/chart_panel";
import { cx } from "@/widgets/class_names";
import { SeriesChart, type ChartMarkLine, type TimeRange } from "@/widgets/series_chart";

import { NodeTile } from "../node_tile";

interface SignalBoardProps {
  readonly cluster: Cluster;
  readonly charts: readonly Chart[];
  readonly changes: readonly Change[];
  readonly range: TimeRange;
  readonly overlaid: boolean;
  readonly theme: string;
  readonly onZoom: (range: TimeRange) => void;
}

const kMostColumns = 5;

function topOf(chart: Chart): number {
  let top = 0;
  for (const { max } of chart.series) for (const value of max) if (value !== null && value > top) top = value;
  return top;
}

interface SignalRowProps {
  readonly chart: Chart;
  readonly nodes: readonly string[];
  readonly focus: readonly string[];
  readonly marks: readonly (readonly ChartMarkLine[])[];
  readonly range: TimeRange;
  readonly group: string;
  readonly theme: string;
  readonly onZoom: (range: TimeRange) => void;
  readonly last: boolean;
}

function SignalRow({ chart, nodes, focus, marks, range, group, theme, onZoom, last }: SignalRowProps) {
  const words = useWords();
  const top = topOf(chart);
  const lines = useMemo(
    () =>
      nodes.map((node) => {
        const series = chart.series.find((each) => each.node === node);
        return [{ name: node, focus: focus.includes(node), values: series?.mean ?? [] }];
      }),
    [chart, nodes, focus],
  );
  return (
    <div className="board-row">
      <div className="board-label" title={words.metricAbout(chart.metric)}>
        <b>{words.metric(chart.metric)}</b>
        <span className="quiet">{scaleFor(top, chart.unit).unit}</span>
      </div>
      {nodes.map((node, index) => {
        const [line] = lines[index] ?? [];
        const now = line?.values.findLast((value) => value !== null) ?? null;
        return (
          <div key={node} className="board-cell">
            <span className={cx("board-now", focus.includes(node) && "board-now-focus")}>{quantityText(now, chart.unit)}</span>
            <SeriesChart
              label={`${words.metric(chart.metric)}, ${node}: ${quantityText(now, chart.unit)}`}
              unit={chart.unit}
              times={chart.times}
              lines={lines[index] ?? []}
              marks={marks[index] ?? []}
              range={range}
              top={top}
              height={last ? 88 : 68}
              axisX={last}
              axisY={index === 0}
              group={group}
              theme={theme}
              onZoom={onZoom}
            />
          </div>
        );
      })}
    </div>
  );
}

export function SignalBoard({ cluster, charts, changes, range, overlaid, theme, onZoom }: SignalBoardProps) {
  const { t } = useTranslation();
  const words = useWords();
  const group = `cluster/${cluster.name}`;
  // Zones stay together; within one the order is the cluster's.
  const nodes = useMemo(() => [...cluster.nodes].sort((a, b) => a.zone.localeCompare(b.zone)), [cluster.nodes]);
  const names = useMemo(() => nodes.map(({ name }) => name), [nodes]);
  const focus = useMemo(() => nodes.filter(({ state }) => kNodeMark[state] === "trouble").map(({ name }) => name), [nodes]);
  const marks = useMemo(
    () =>
      names.map((node): ChartMarkLine[] =>
        changes
          .filter((change) => change.node === null || change.node === node)
          .map(({ time }) => ({ time: Date.parse(time) / 1000, kind: "change" })),
      ),
    [names, changes],
  );
  const allMarks = useMemo(
    () => changes.map(({ time }): ChartMarkLine => ({ time: Date.parse(time) / 1000, kind: "change" })),
    [changes],
  );

  if (overlaid || names.length > kMostColumns) {
    return (
      <div className="overlays">
        <div className="overlay-nodes">
          {nodes.map((node) => (
            <NodeTile key={node.name} node={node} cluster={cluster} />
          ))}
        </div>
        {charts.map((chart) => (
          <ChartPanel
            key={chart.metric}
            title={words.metric(chart.metric)}
            about={words.metricAbout(chart.metric)}
            unit={chart.unit}
            times={chart.times}
            series={chart.series}
            focus={focus}
            band={null}
            marks={allMarks}
            range={range}
            group={group}
            theme={theme}
            height={150}
            onZoom={onZoom}
          />
        ))}
      </div>
    );
  }
  return (
    <div className="board" style={{ "--nodes": names.length } as React.CSSProperties}>
      <div className="board-row">
        <div className="board-label" />
        {nodes.map((node) => (
          <div key={node.name} className="board-cell">
            {node.zone !== "" && <p className="board-zone">{t("cluster.zone", { zone: node.zone })}</p>}
            <NodeTile node={node} cluster={cluster} />
          </div>
        ))}
      </div>
      {charts.map((chart, index) => (
        <SignalRow
          key={chart.metric}
          chart={chart}
          nodes={names}
          focus={focus}
          marks={marks}
          range={range}
          group={group}
          theme={theme}
          onZoom={onZoom}
          last={index === charts.length - 1}
        />
      ))}
    </div>
  );
}

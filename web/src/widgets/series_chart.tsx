// Lines over time on a canvas (uPlot), with the band that one of them should have stayed in and marks on the time axis.
//
// Why so: uPlot draws 100 k points in tens of milliseconds and shares one cursor over all charts of a page. It is made
// once per shape (series, axes, theme); new values go in without rebuilding.

import { useEffect, useEffectEvent, useMemo, useRef } from "react";
import uPlot from "uplot";

import { scaleFor, significant } from "@/format/number";

import "uplot/dist/uPlot.min.css";
import "./series_chart.css";

export interface ChartLine {
  readonly name: string;
  // The abnormal one is thick and coloured; peers are grey and told apart by their dashes.
  readonly focus: boolean;
  readonly values: readonly (number | null)[];
  // Extremes of each point's slice; drawn behind the focus line where they differ from it.
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

export interface ChartMarkLine {
  // Unix seconds.
  readonly time: number;
  readonly kind: "started" | "detected" | "resolved" | "change";
}

export interface TimeRange {
  // Unix seconds.
  readonly from: number;
  readonly to: number;
}

interface SeriesChartProps {
  // What a reader who listens hears in its place.
  readonly label: string;
  readonly unit: string;
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly band?: { readonly low: number; readonly high: number } | null;
  readonly marks?: readonly ChartMarkLine[];
  readonly range: TimeRange;
  // Same scale for charts side by side; left out, the chart finds its own.
  readonly top?: number;
  readonly height: number;
  readonly axisX?: boolean;
  readonly axisY?: boolean;
  // Charts with the same group share the cursor.
  readonly group: string;
  readonly theme: string;
  readonly onZoom?: (range: TimeRange) => void;
  // Index under the cursor, null outside.
  readonly onCursor?: (index: number | null) => void;
}

// Line patterns of the peers in order; the eye tells about four apart.
export const kPeerDashes: readonly (readonly number[])[] = [[], [5, 3], [1.5, 2.5], [7, 2, 1.5, 2]];

function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Dashes follow the order among the peers, so that a node keeps its pattern when the focus is elsewhere.
function dashOf(lines: readonly ChartLine[], index: number): number[] {
  const peers = lines.slice(0, index).filter((line) => !line.focus).length;
  return [...(kPeerDashes[peers % kPeerDashes.length] ?? [])];
}

const kAxisY_px = 40;
// Half the width of "22:52" and of "22:52:05": a label nearer to the edge would be cut off.
const kHalfShort_px = 16;
const kHalfLong_px = 27;
const kPadRight_px = 6;

const kTimeText = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const kTimeTextSeconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

interface Drawing {
  readonly band: SeriesChartProps["band"];
  readonly marks: readonly ChartMarkLine[];
  readonly lines: readonly ChartLine[];
  readonly range: TimeRange;
  readonly top: number | undefined;
}

function drawBand(plot: uPlot, band: { low: number; high: number }): void {
  const { ctx, bbox } = plot;
  const high = Math.max(bbox.top, plot.valToPos(band.high, "y", true));
  const low = Math.min(bbox.top + bbox.height, plot.valToPos(band.low, "y", true));
  ctx.save();
  ctx.fillStyle = css("--band");
  ctx.fillRect(bbox.left, high, bbox.width, Math.max(1, low - high));
  ctx.strokeStyle = css("--band-edge");
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  for (const edge of [high, low]) {
    ctx.moveTo(bbox.left, edge);
    ctx.lineTo(bbox.left + bbox.width, edge);
  }
  ctx.stroke();
  ctx.restore();
}

function drawEnvelope(plot: uPlot, times: readonly number[], line: ChartLine): void {
  const { low, high } = line;
  if (low === undefined || high === undefined) return;
  const { ctx } = plot;
  ctx.save();
  ctx.globalAlpha = 0.16;
  ctx.strokeStyle = css("--trouble");
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  times.forEach((time, i) => {
    const from = low[i];
    const to = high[i];
    if (from === null || from === undefined || to === null || to === undefined || from === to) return;
    const x = plot.valToPos(time, "x", true);
    ctx.moveTo(x, plot.valToPos(from, "y", true));
    ctx.lineTo(x, plot.valToPos(to, "y", true));
  });
  ctx.stroke();
  ctx.restore();
}

const kMarkColour: Readonly<Record<ChartMarkLine["kind"], string>> = {
  started: "--trouble",
  detected: "--accent",
  resolved: "--ok",
  change: "--text-3",
};

function drawMarks(plot: uPlot, marks: readonly ChartMarkLine[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.time, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const colour = css(kMarkColour[mark.kind]);
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.setLineDash(mark.kind === "detected" ? [] : [3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    // A small flag at the top: diamond = start, triangle = found, round = over, bar = change.
    const size = 4 * devicePixelRatio;
    ctx.setLineDash([]);
    ctx.beginPath();
    if (mark.kind === "started") {
      ctx.moveTo(x, bbox.top - size);
      ctx.lineTo(x + size, bbox.top);
      ctx.lineTo(x, bbox.top + size);
      ctx.lineTo(x - size, bbox.top);
    } else if (mark.kind === "detected") {
      ctx.moveTo(x - size, bbox.top - size);
      ctx.lineTo(x + size, bbox.top - size);
      ctx.lineTo(x, bbox.top + size);
    } else if (mark.kind === "resolved") {
      ctx.arc(x, bbox.top, size * 0.9, 0, 2 * Math.PI);
    } else {
      ctx.rect(x - size / 2, bbox.top - size, size, 2 * size);
    }
    ctx.fill();
  }
  ctx.restore();
}

function dataTop(drawing: Drawing): number {
  let top = drawing.band?.high ?? 0;
  for (const line of drawing.lines) {
    for (const values of [line.values, line.high ?? []]) {
      for (const value of values) if (value !== null && value > top) top = value;
    }
  }
  return top;
}

function dataBottom(drawing: Drawing): number {
  let bottom = 0;
  for (const line of drawing.lines) for (const value of line.values) if (value !== null && value < bottom) bottom = value;
  return bottom;
}

function verticalRange(drawing: Drawing): [number, number] {
  const top = drawing.top ?? dataTop(drawing);
  const bottom = dataBottom(drawing);
  const span = top - bottom;
  return [bottom, span > 0 ? top + span * 0.08 : bottom + 1];
}

// The ticks of an axis are round in the unit that is drawn: KiB/s, shown as MB/s, would give 10.2, 20.5, 30.7.
const kDecimal: Readonly<Record<string, { readonly unit: string; readonly factor: number }>> = {
  "KiB/s": { unit: "kB/s", factor: 1.024 },
};

function scaled(line: ChartLine, factor: number): ChartLine {
  const times = (values: readonly (number | null)[]) => values.map((value) => (value === null ? null : value * factor));
  return {
    ...line,
    values: times(line.values),
    ...(line.low === undefined ? {} : { low: times(line.low) }),
    ...(line.high === undefined ? {} : { high: times(line.high) }),
  };
}

export function SeriesChart({ unit, lines, band = null, top, ...rest }: SeriesChartProps) {
  const decimal = kDecimal[unit];
  const inDecimal = useMemo(
    () => (decimal === undefined ? lines : lines.map((line) => scaled(line, decimal.factor))),
    [lines, decimal],
  );
  const factor = decimal?.factor ?? 1;
  const low = band === null ? null : band.low * factor;
  const high = band === null ? null : band.high * factor;
  const bandInDecimal = useMemo(() => (low === null || high === null ? null : { low, high }), [low, high]);
  return (
    <Plot
      {...rest}
      unit={decimal?.unit ?? unit}
      lines={inDecimal}
      band={bandInDecimal}
      {...(top === undefined ? {} : { top: top * factor })}
    />
  );
}

function Plot(props: SeriesChartProps) {
  const { label, unit, times, lines, band = null, marks = [], range, top, height, group, theme } = props;
  const { axisX = true, axisY = true } = props;
  const host = useRef<HTMLDivElement>(null);
  const plotRef = useRef<uPlot | null>(null);

  const drawing = useMemo<Drawing>(() => ({ band, marks, lines, range, top }), [band, marks, lines, range, top]);
  const data = useMemo<uPlot.AlignedData>(
    () => [[...times], ...lines.map((line) => [...line.values])],
    [times, lines],
  );
  // What forces a new plot; everything else is handed to the old one.
  const shape = JSON.stringify([lines.map(({ name, focus }) => [name, focus]), unit, axisX, axisY, group, theme, height]);

  const current = useEffectEvent(() => ({ drawing, data, times }));
  const zoomed = useEffectEvent((next: TimeRange) => props.onZoom?.(next));
  const pointed = useEffectEvent((index: number | null) => props.onCursor?.(index));
  const zoomable = props.onZoom !== undefined;

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    // No canvas (a test's DOM): the label still says what the chart says.
    if (typeof CanvasRenderingContext2D === "undefined") return undefined;
    const axisColour = css("--text-3");
    const gridColour = css("--line");
    const font = `11px ${css("--font")}`;
    const shapes = current().drawing.lines;
    const options: uPlot.Options = {
      width: Math.max(40, element.clientWidth),
      height,
      padding: [8, kPadRight_px, axisX ? 0 : 4, axisY ? 0 : 2],
      legend: { show: false },
      cursor: {
        sync: { key: group },
        drag: { x: zoomable, y: false, setScale: false },
        points: { size: 5 },
        y: false,
      },
      scales: {
        x: { time: true, range: () => [current().drawing.range.from, current().drawing.range.to] },
        y: { range: () => verticalRange(current().drawing) },
      },
      axes: [
        {
          // A hidden axis keeps its grid: charts side by side must look alike.
          size: axisX ? 22 : 0,
          gap: 4,
          font,
          stroke: axisColour,
          grid: { stroke: gridColour, width: 1 },
          ticks: { show: false },
          space: 72,
          values: (plot, splits, _axis, _space, step_s) =>
            splits.map((split) => {
              const x = plot.valToPos(split, "x");
              const withSeconds = step_s < 60;
              const half = withSeconds ? kHalfLong_px : kHalfShort_px;
              const cut = x < half - (axisY ? kAxisY_px : 0) || x > plot.bbox.width / devicePixelRatio - half + kPadRight_px;
              return axisX && !cut ? (withSeconds ? kTimeTextSeconds : kTimeText).format(split * 1000) : "";
            }),
        },
        {
          size: axisY ? kAxisY_px : 0,
          gap: 4,
          font,
          stroke: axisColour,
          grid: { stroke: gridColour, width: 1 },
          ticks: { show: false },
          space: 26,
          values: (_plot, splits) => {
            const scale = scaleFor(splits.at(-1) ?? 0, unit);
            return splits.map((split) => (axisY ? significant(split * scale.multiplier) : ""));
          },
        },
      ],
      series: [
        {},
        ...shapes.map((line, index) => ({
          label: line.name,
          stroke: css(line.focus ? "--trouble" : index % 2 === 0 ? "--peer-1" : "--peer-2"),
          width: line.focus ? 1.75 : 1.25,
          dash: line.focus ? [] : dashOf(shapes, index),
          spanGaps: false,
          points: { show: false },
        })),
      ],
      hooks: {
        drawClear: [
          (plot) => {
            const now = current();
            if (now.drawing.band !== null && now.drawing.band !== undefined) drawBand(plot, now.drawing.band);
            for (const line of now.drawing.lines) if (line.focus) drawEnvelope(plot, now.times, line);
          },
        ],
        draw: [
          (plot) => {
            drawMarks(plot, current().drawing.marks);
          },
        ],
        setCursor: [
          (plot) => {
            pointed(plot.cursor.idx ?? null);
          },
        ],
        setSelect: [
          (plot) => {
            if (plot.select.width < 4) return;
            const from = plot.posToVal(plot.select.left, "x");
            const to = plot.posToVal(plot.select.left + plot.select.width, "x");
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            zoomed({ from, to });
          },
        ],
      },
    };
    const plot = new uPlot(options, current().data, element);
    plotRef.current = plot;
    const resize = new ResizeObserver(() => {
      plot.setSize({ width: Math.max(40, element.clientWidth), height });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
      plotRef.current = null;
    };
    // `shape` stands for everything read here that a plot can't take later.
  }, [shape, axisX, axisY, group, height, unit, zoomable]);

  useEffect(() => {
    plotRef.current?.setData(data, true);
  }, [data, drawing]);

  return <div ref={host} className="series-chart" style={{ height }} role="img" aria-label={label} />;
}

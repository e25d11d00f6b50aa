// The last minute of one series in the size of a line of text, with the band it should have stayed in.

import "./sparkline.css";

interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly band?: { readonly low: number; readonly high: number };
  readonly width?: number;
  readonly height?: number;
}

const kPad = 2.5;

// Gaps stay gaps: a line over them would claim what was not measured.
function path(values: readonly (number | null)[], x: (i: number) => number, y: (value: number) => number): string {
  let pen = "M";
  let text = "";
  values.forEach((value, i) => {
    if (value === null) {
      pen = "M";
      return;
    }
    text += `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  });
  return text;
}

export function Sparkline({ values, band, width = 132, height = 34 }: SparklineProps) {
  const known = values.filter((value) => value !== null);
  const last = values.findLastIndex((value) => value !== null);
  const lastValue = values[last] ?? null;
  if (known.length === 0 || lastValue === null) return <svg className="sparkline" width={width} height={height} aria-hidden="true" />;
  const low = Math.min(...known, band?.low ?? Infinity);
  const high = Math.max(...known, band?.high ?? -Infinity);
  const span = high - low || 1;
  const x = (i: number) => kPad + (i / Math.max(1, values.length - 1)) * (width - 2 * kPad);
  const y = (value: number) => height - kPad - ((value - low) / span) * (height - 2 * kPad);
  return (
    <svg className="sparkline" width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`} aria-hidden="true">
      {band !== undefined && (
        <rect
          className="sparkline-band"
          x="0"
          width={width}
          y={y(band.high)}
          height={Math.max(1, y(band.low) - y(band.high))}
        />
      )}
      <path className="sparkline-line" d={path(values, x, y)} />
      <circle className="sparkline-now" cx={x(last)} cy={y(lastValue)} r="2.5" />
    </svg>
  );
}

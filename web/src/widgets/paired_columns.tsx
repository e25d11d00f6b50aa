// Two counts a slice of time, one above the other: the first rises from the middle, the second hangs from it.

import "./paired_columns.css";

interface PairedColumnsProps {
  readonly label: string;
  readonly above: readonly number[];
  readonly below: readonly number[];
  // Of one slice, shown where it is pointed at.
  readonly tip: (index: number) => string;
}

const kHalf = 44;

export function PairedColumns({ label, above, below, tip }: PairedColumnsProps) {
  const slices = Math.max(above.length, below.length, 1);
  const most = Math.max(...above, ...below, 1);
  // Something is never drawn as nothing.
  const height = (value: number) => (value === 0 ? 0 : Math.max(2, (value / most) * kHalf));
  // A column keeps a gap to the next while there is room for one.
  const width = slices > 200 ? 1 : 0.8;
  return (
    <svg
      className="paired-columns"
      viewBox={`0 0 ${String(slices)} ${String(2 * kHalf + 2)}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {Array.from({ length: slices }, (_slice, index) => {
        const up = height(above[index] ?? 0);
        const down = height(below[index] ?? 0);
        return (
          <g key={index}>
            <title>{tip(index)}</title>
            <rect className="paired-room" x={index} y={0} width={1} height={2 * kHalf + 2} />
            <rect className="paired-above" x={index + (1 - width) / 2} y={kHalf - up} width={width} height={up} />
            <rect className="paired-below" x={index + (1 - width) / 2} y={kHalf + 2} width={width} height={down} />
          </g>
        );
      })}
      <rect className="paired-axis" x={0} y={kHalf + 0.5} width={slices} height={1} />
    </svg>
  );
}

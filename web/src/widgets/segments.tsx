// One of a few, all visible.

import "./button.css";

export interface Segment<T extends string> {
  readonly value: T;
  readonly text: string;
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly segments: readonly Segment<T>[];
  // null: none of them stands.
  readonly value: T | null;
  readonly onChange: (value: T) => void;
}

export function Segments<T extends string>({ label, segments, value, onChange }: SegmentsProps<T>) {
  return (
    <div className="segments" role="radiogroup" aria-label={label}>
      {segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          role="radio"
          aria-checked={segment.value === value}
          className="segment"
          onClick={() => {
            onChange(segment.value);
          }}
        >
          {segment.text}
        </button>
      ))}
    </div>
  );
}

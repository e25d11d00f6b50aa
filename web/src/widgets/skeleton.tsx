// Stands where something will be, in its size, so that nothing jumps when it arrives.

import "./skeleton.css";

interface SkeletonProps {
  readonly height: number | string;
  readonly width?: number | string;
  // What is being loaded, for a reader who listens.
  readonly label?: string;
}

export function Skeleton({ height, width = "100%", label }: SkeletonProps) {
  return (
    <div className="skeleton" style={{ height, width }} {...(label === undefined ? {} : { role: "status" })}>
      {label !== undefined && <span className="only-heard">{label}</span>}
    </div>
  );
}

import { probabilityText } from "@/format/number";

import "./probability_bar.css";

interface ProbabilityBarProps {
  readonly probability: number;
  readonly label: string;
  readonly strong?: boolean;
}

export function ProbabilityBar({ probability, label, strong = false }: ProbabilityBarProps) {
  const share = Math.min(1, Math.max(0, probability));
  return (
    <div
      className={strong ? "probability probability-strong" : "probability"}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={probabilityText(probability)}
    >
      <div className="probability-fill" style={{ width: `${String(share * 100)}%` }} />
    </div>
  );
}

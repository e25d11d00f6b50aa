import type { ReactNode } from "react";

import { Glyph, type MarkKind } from "./state_mark";

import "./empty_state.css";

interface EmptyStateProps {
  readonly mark?: MarkKind;
  readonly title: string;
  // What the reader can do next.
  readonly next: ReactNode;
}

export function EmptyState({ mark = "no_data", title, next }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <Glyph kind={mark} size={20} />
      <div>
        <p className="empty-state-title">{title}</p>
        <p className="empty-state-next">{next}</p>
      </div>
    </div>
  );
}

import type { ReactNode } from "react";

import { cx } from "./class_names";

import "./card.css";

interface CardProps {
  readonly title?: string;
  // Stands at the title's right: a count, a link, a switch.
  readonly aside?: ReactNode;
  // One line under the title that says how to read the card.
  readonly hint?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Card({ title, aside, hint, className, children }: CardProps) {
  return (
    <section className={cx("card", className)} aria-label={title}>
      {title !== undefined && (
        <header className="card-head">
          <div>
            <h2>{title}</h2>
            {hint !== undefined && <p className="card-hint">{hint}</p>}
          </div>
          {aside !== undefined && <div className="card-aside">{aside}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

// A state as shape + colour + word. The shapes differ, so the colour may be lost without loss.

import { cx } from "./class_names";

import "./state_mark.css";

export type MarkKind = "ok" | "trouble" | "abnormal" | "learning" | "no_data" | "resolved" | "pending";

interface GlyphProps {
  readonly kind: MarkKind;
  readonly size?: number;
}

function Shape({ kind }: Pick<GlyphProps, "kind">) {
  switch (kind) {
    case "ok":
      return (
        <>
          <circle cx="8" cy="8" r="6.25" className="glyph-fill" />
          <path d="M5 8.3 7.2 10.4 11 6" className="glyph-cut" />
        </>
      );
    case "resolved":
      return (
        <>
          <circle cx="8" cy="8" r="6" className="glyph-line" />
          <path d="M5.2 8.3 7.2 10.2 10.8 6.2" className="glyph-line" />
        </>
      );
    case "trouble":
      return (
        <>
          <path d="M8 .9 15.1 8 8 15.1 .9 8z" className="glyph-fill" />
          <path d="M8 4.6v4.2M8 10.9v.5" className="glyph-cut" />
        </>
      );
    case "abnormal":
      return (
        <>
          <path d="M8 1.6 15 14H1z" className="glyph-fill" />
          <path d="M8 6.3v3.4M8 11.6v.4" className="glyph-cut" />
        </>
      );
    case "learning":
      return (
        <>
          <circle cx="8" cy="8" r="6" className="glyph-line" />
          <path d="M8 2a6 6 0 0 1 0 12z" className="glyph-fill" />
        </>
      );
    case "pending":
      return <circle cx="8" cy="8" r="5.5" className="glyph-line" />;
    case "no_data":
      return (
        <>
          <circle cx="8" cy="8" r="6" className="glyph-line glyph-dashed" />
          <path d="M5.2 8h5.6" className="glyph-line" />
        </>
      );
  }
}

export function Glyph({ kind, size = 14 }: GlyphProps) {
  return (
    <svg className={cx("glyph", `glyph-${kind}`)} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <Shape kind={kind} />
    </svg>
  );
}

interface StateMarkProps {
  readonly kind: MarkKind;
  readonly word: string;
  readonly boxed?: boolean;
}

export function StateMark({ kind, word, boxed = false }: StateMarkProps) {
  return (
    <span className={cx("state-mark", `state-${kind}`, boxed && "state-mark-boxed")}>
      <Glyph kind={kind} />
      <span>{word}</span>
    </span>
  );
}

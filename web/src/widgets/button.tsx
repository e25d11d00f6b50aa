import type { ReactNode } from "react";

import { cx } from "./class_names";

import "./button.css";

interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly kind?: "plain" | "main" | "bare";
  readonly type?: "button" | "submit";
  readonly disabled?: boolean;
  // What it does, where its face is a sign only.
  readonly label?: string;
  readonly pressed?: boolean;
}

export function Button({ children, onClick, kind = "plain", type = "button", disabled = false, label, pressed }: ButtonProps) {
  return (
    <button
      type={type}
      className={cx("button", `button-${kind}`)}
      onClick={onClick}
      disabled={disabled}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
    >
      {children}
    </button>
  );
}

// A modal on the browser's own <dialog>: focus stays inside, Escape closes, what lies behind is inert.

import { useEffect, useRef, type ReactNode } from "react";

import { cx } from "./class_names";

import "./dialog.css";

interface DialogProps {
  readonly label: string;
  readonly className?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

// Mounted = open. The owner unmounts it in onClose.
export function Dialog({ label, className, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog
      ref={ref}
      className={cx("dialog", className)}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        // The dialog itself is hit only beside its content.
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}

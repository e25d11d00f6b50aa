// Text with `inline code`, each piece of which can be copied: the reader pastes it into a terminal at 3 a.m.

import { useState } from "react";
import { useTranslation } from "react-i18next";

import "./inline_code.css";

interface CopyCodeProps {
  readonly code: string;
}

export function CopyCode({ code }: CopyCodeProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="copy-code"
      title={t("action.copy")}
      aria-label={t("action.copyCode", { code })}
      onClick={() => {
        // Without TLS there is no clipboard; the text can still be selected by hand.
        if (!window.isSecureContext) return;
        void navigator.clipboard.writeText(code).then(() => {
          setCopied(true);
        });
      }}
      onBlur={() => {
        setCopied(false);
      }}
    >
      <code>{code}</code>
      <svg className="copy-code-sign" width="11" height="11" viewBox="0 0 12 12" aria-hidden="true">
        {copied ? <path d="M2 6.5 4.8 9.2 10 3" /> : <path d="M4 4V1.5h6.5V8H8M1.5 4H8v6.5H1.5z" />}
      </svg>
    </button>
  );
}

interface InlineCodeProps {
  readonly text: string;
}

export function InlineCode({ text }: InlineCodeProps) {
  // Odd pieces lie between back-ticks; they have no identity of their own, so the position is the key.
  return text.split("`").map((piece, index) =>
    index % 2 === 1 ? <CopyCode key={index} code={piece} /> : <span key={index}>{piece}</span>,
  );
}

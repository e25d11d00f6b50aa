// An error says what happened, in the server's words, and what to do.

import { useTranslation } from "react-i18next";

import { Button } from "./button";
import { Glyph } from "./state_mark";

import "./empty_state.css";

export interface Failure {
  readonly message: string;
  // null where no HTTP answer came; absent where the failure is not the server's.
  readonly status?: number | null;
  readonly title?: string;
}

interface ErrorStateProps {
  readonly what: string;
  readonly failure: Failure;
  readonly onRetry?: () => void;
}

export function ErrorState({ what, failure, onRetry }: ErrorStateProps) {
  const { t } = useTranslation();
  const unreachable = failure.status === null;
  return (
    <div className="error-state" role="alert">
      <p className="empty-state-title">
        <Glyph kind="trouble" size={12} /> {what}
      </p>
      {failure.status !== undefined && (
        <p className="empty-state-next">{unreachable ? t("error.unreachable") : t("error.answered")}</p>
      )}
      {!unreachable && (
        <p className="error-state-detail">
          {failure.title !== undefined && failure.title !== "" && `${failure.title}: `}
          {failure.message}
        </p>
      )}
      {onRetry !== undefined && <Button onClick={onRetry}>{t("error.retry")}</Button>}
    </div>
  );
}

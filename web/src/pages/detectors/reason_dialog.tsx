// The last question before definitions change: who, why, and once more what.

import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { keepAuthor, kLongestAuthor, storedAuthor } from "@/app/author";
import { Button } from "@/widgets/button";
import { Dialog } from "@/widgets/dialog";

interface ReasonDialogProps {
  readonly title: string;
  readonly hint: string;
  // What will change.
  readonly children: ReactNode;
  // How it failed, with a way on.
  readonly failure: ReactNode;
  readonly action: string;
  readonly acting: string;
  readonly pending: boolean;
  // Nothing can be done as it stands.
  readonly blocked?: boolean;
  readonly onClose: () => void;
  readonly onDo: (author: string, reason: string) => void;
}

const kLongestReason = 1000;

export function ReasonDialog({ title, hint, children, failure, action, acting, pending, blocked = false, onClose, onDo }: ReasonDialogProps) {
  const { t } = useTranslation();
  const ids = useId();
  const [author, setAuthor] = useState(storedAuthor);
  const [reason, setReason] = useState("");
  const ready = author.trim() !== "" && reason.trim() !== "" && !pending && !blocked;
  return (
    <Dialog label={title} className="reason-dialog" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          keepAuthor(author.trim());
          onDo(author.trim(), reason.trim());
        }}
      >
        <h2>{title}</h2>
        <p className="form-hint quiet">{hint}</p>
        <div className="reason-body">{children}</div>
        <label className="form-field" htmlFor={`${ids}-author`}>
          <span className="form-label">{t("detectors.yourName")}</span>
        </label>
        <input
          id={`${ids}-author`}
          className="field reason-author"
          type="text"
          required
          maxLength={kLongestAuthor}
          autoComplete="name"
          value={author}
          onChange={(event) => {
            setAuthor(event.target.value);
          }}
        />
        <label className="form-field" htmlFor={`${ids}-reason`}>
          <span className="form-label">{t("detectors.reason")}</span>
        </label>
        <textarea
          id={`${ids}-reason`}
          className="field"
          rows={2}
          required
          maxLength={kLongestReason}
          placeholder={t("detectors.reasonPlaceholder")}
          value={reason}
          onChange={(event) => {
            setReason(event.target.value);
          }}
        />
        {failure}
        <div className="form-buttons">
          <Button onClick={onClose}>{t("detectors.cancel")}</Button>
          <Button type="submit" kind="main" disabled={!ready}>
            {pending ? acting : action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

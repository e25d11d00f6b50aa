// What people saw and did.

import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { useAddNote, useNotes } from "@/api/notes";
import { keepAuthor, kLongestAuthor, storedAuthor } from "@/app/author";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { Skeleton } from "@/widgets/skeleton";

import "./notes.css";

interface NotesProps {
  readonly incidentId: number;
}

// The contract's limit.
const kLongestText = 10_000;

function NoteForm({ incidentId }: NotesProps) {
  const { t } = useTranslation();
  const ids = useId();
  const add = useAddNote(incidentId);
  const [text, setText] = useState("");
  const [author, setAuthor] = useState(storedAuthor);
  const ready = text.trim() !== "" && !add.isPending;
  const submit = () => {
    if (!ready) return;
    keepAuthor(author.trim());
    add.mutate(
      { text: text.trim(), ...(author.trim() === "" ? {} : { author: author.trim() }) },
      {
        onSuccess: () => {
          setText("");
        },
      },
    );
  };
  return (
    <form
      className="note-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label className="only-heard" htmlFor={`${ids}-text`}>
        {t("incident.noteText")}
      </label>
      <textarea
        id={`${ids}-text`}
        className="field"
        rows={2}
        maxLength={kLongestText}
        placeholder={t("incident.notePlaceholder")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
        }}
      />
      <div className="note-form-row">
        <input
          className="field"
          type="text"
          aria-label={t("incident.noteAuthor")}
          placeholder={t("incident.noteAuthor")}
          maxLength={kLongestAuthor}
          autoComplete="name"
          value={author}
          onChange={(event) => {
            setAuthor(event.target.value);
          }}
        />
        <span className="note-hint quiet">{t("incident.noteHint")}</span>
        <Button type="submit" kind="main" disabled={!ready}>
          {add.isPending ? t("incident.noteAdding") : t("incident.noteAdd")}
        </Button>
      </div>
      {add.isError && <ErrorState what={t("error.noteAdd")} failure={add.error} />}
    </form>
  );
}

export function Notes({ incidentId }: NotesProps) {
  const { t } = useTranslation();
  const notes = useNotes(incidentId);
  return (
    <Card title={t("incident.notes")}>
      {notes.isError && notes.data === undefined && (
        <ErrorState what={t("error.notes")} failure={notes.error} onRetry={() => void notes.refetch()} />
      )}
      {notes.isPending && (
        <div style={{ padding: "0 16px 12px" }}>
          <Skeleton height={48} />
        </div>
      )}
      {notes.data?.length === 0 && (
        <EmptyState mark="pending" title={t("incident.notesNone")} next={t("incident.notesNoneNext")} />
      )}
      {notes.data !== undefined && notes.data.length > 0 && (
        <ol className="notes">
          {notes.data.map((note) => (
            <li key={note.id} className="note">
              <p className="note-head">
                <b>{note.author === "" ? t("incident.noteAnonymous") : note.author}</b> <Clock time={note.time} withDate />
              </p>
              <p className="note-text">{note.text}</p>
            </li>
          ))}
        </ol>
      )}
      <NoteForm incidentId={incidentId} />
    </Card>
  );
}

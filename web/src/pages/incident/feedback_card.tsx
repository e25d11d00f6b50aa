// Was the first pair right? One judgement stands; nothing that was said is lost.

import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useAddFeedback, type Feedback, type IncidentFeedback, type NewFeedback, type StandingJudgement } from "@/api/feedback";
import type { CausePair } from "@/api/incidents";
import { useProblems } from "@/api/problems";
import { keepAuthor, kLongestAuthor, storedAuthor } from "@/app/author";
import { kJudgementMark } from "@/app/marks";
import { useWords } from "@/app/words";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";
import { ErrorState } from "@/widgets/error_state";
import { StateMark } from "@/widgets/state_mark";

import { causeKey } from "./causes";

import "./feedback_card.css";

// The contract's limit.
const kLongestComment = 10_000;

const kChoices: readonly StandingJudgement[] = ["confirmed", "wrong_node", "wrong_problem", "not_an_incident"];

interface FeedbackCardProps {
  readonly incidentId: number;
  readonly feedback: IncidentFeedback;
}

interface GivenProps {
  readonly given: Feedback;
}

function Given({ given }: GivenProps) {
  const { t } = useTranslation();
  const words = useWords();
  const right = given.right_node ?? (given.right_problem === null ? null : words.problem(given.right_problem));
  return (
    <>
      <p className="feedback-head">
        <StateMark kind={kJudgementMark[given.judgement]} word={t(`judgement.${given.judgement}`)} boxed />
        <span>
          <b>{given.author}</b> <Clock time={given.time} withDate />
        </span>
      </p>
      {right !== null && <p>{t("feedback.was", { what: right })}</p>}
      {given.comment !== "" && <p className="feedback-comment">{given.comment}</p>}
    </>
  );
}

function sameSaid(a: CausePair | null, b: CausePair | null): boolean {
  return a === null || b === null ? a === b : causeKey(a) === causeKey(b);
}

// Which judgement is being made. A choice lapses when the incident says something else than when it was made.
interface Draft {
  readonly judgement: StandingJudgement;
  readonly said: CausePair | null;
  readonly node: string;
  readonly problem: string;
}

function bodyOf(draft: Draft): Omit<NewFeedback, "author" | "comment"> | null {
  const { judgement, said, node, problem } = draft;
  if (judgement === "wrong_node") return node === "" ? null : { judgement, said, right_node: node };
  if (judgement === "wrong_problem") return problem === "" ? null : { judgement, said, right_problem: problem };
  return { judgement, said };
}

interface ChoicesProps {
  readonly feedback: IncidentFeedback;
  readonly draft: Draft | null;
  readonly focused: boolean;
  readonly onChange: (draft: Draft) => void;
}

function Choices({ feedback, draft, focused, onChange }: ChoicesProps) {
  const { t } = useTranslation();
  const ids = useId();
  const words = useWords();
  const problems = [...(useProblems().data?.keys() ?? [])];
  const { said } = feedback;
  // Where nothing was said, nothing of it can be right or wrong.
  const choices = said === null ? kChoices.slice(-1) : kChoices;
  return (
    <>
      <fieldset className="feedback-choices">
        <legend className="only-heard">{t("feedback.choices")}</legend>
        {choices.map((judgement, i) => (
          <label key={judgement} className="feedback-choice">
            <input
              type="radio"
              name={`${ids}-judgement`}
              checked={draft?.judgement === judgement}
              autoFocus={focused && i === 0}
              onChange={() => {
                onChange({ judgement, said, node: "", problem: "" });
              }}
            />
            {judgement === "confirmed" && said !== null
              ? t("feedback.confirmed", { target: words.target(said.target), problem: words.problem(said.problem) })
              : t(`feedback.${judgement}`)}
          </label>
        ))}
      </fieldset>
      {draft?.judgement === "wrong_node" && (
        <label className="feedback-field">
          {t("feedback.rightNode")}
          <select
            className="select"
            value={draft.node}
            onChange={(event) => {
              onChange({ ...draft, node: event.target.value });
            }}
          >
            <option value="">{t("feedback.choose")}</option>
            {feedback.nodes
              .filter((node) => node !== said?.target.node)
              .map((node) => (
                <option key={node}>{node}</option>
              ))}
          </select>
        </label>
      )}
      {draft?.judgement === "wrong_problem" && (
        <label className="feedback-field">
          {t("feedback.rightProblem")}
          <select
            className="select"
            value={draft.problem}
            onChange={(event) => {
              onChange({ ...draft, problem: event.target.value });
            }}
          >
            <option value="">{t("feedback.choose")}</option>
            {problems
              .filter((problem) => problem !== said?.problem)
              .map((problem) => (
                <option key={problem} value={problem}>
                  {words.problem(problem)}
                </option>
              ))}
          </select>
        </label>
      )}
    </>
  );
}

export function FeedbackCard({ incidentId, feedback }: FeedbackCardProps) {
  const { t } = useTranslation();
  const words = useWords();
  const add = useAddFeedback(incidentId);
  const standing = useRef<HTMLDivElement>(null);
  const [again, setAgain] = useState(false);
  const [kept, setDraft] = useState<Draft | null>(null);
  const [comment, setComment] = useState("");
  const [author, setAuthor] = useState(storedAuthor);
  const { current, history, said } = feedback;
  const judging = current === null || again;
  const draft = kept === null || !sameSaid(kept.said, said) ? null : kept;
  const body = draft === null ? null : bodyOf(draft);
  // What stands was said of something else than what the incident says now.
  const judged = current?.said ?? null;
  const outdated = sameSaid(judged, said) ? null : judged;
  const named = author.trim() !== "";

  // What had the focus is gone then.
  const close = () => {
    setAgain(false);
    setDraft(null);
    setComment("");
    add.reset();
    standing.current?.focus();
  };
  const give = (given: Omit<NewFeedback, "author">) => {
    if (!named || add.isPending) return;
    keepAuthor(author.trim());
    add.mutate({ ...given, author: author.trim() }, { onSuccess: close });
  };

  return (
    <Card title={t("feedback.title")} hint={t("feedback.hint")}>
      <div ref={standing} className="feedback-standing" aria-live="polite" tabIndex={-1}>
        {current === null ? <p className="quiet">{t("feedback.none")}</p> : <Given given={current} />}
        {outdated !== null && (
          <p className="quiet">
            {t("feedback.about", { target: words.target(outdated.target), problem: words.problem(outdated.problem) })}
          </p>
        )}
      </div>
      <form
        className="feedback-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (judging && body !== null) give({ ...body, comment: comment.trim() });
        }}
      >
        {judging && (
          <>
            <Choices feedback={feedback} draft={draft} focused={again} onChange={setDraft} />
            <label className="feedback-field">
              {t("feedback.comment")}
              <textarea
                className="field"
                rows={2}
                maxLength={kLongestComment}
                value={comment}
                onChange={(event) => {
                  setComment(event.target.value);
                }}
              />
            </label>
          </>
        )}
        <label className="feedback-field">
          {t("feedback.author")}
          <input
            className="field"
            type="text"
            required
            maxLength={kLongestAuthor}
            autoComplete="name"
            value={author}
            onChange={(event) => {
              setAuthor(event.target.value);
            }}
          />
        </label>
        <div className="feedback-buttons">
          {judging ? (
            <>
              {current !== null && <Button onClick={close}>{t("feedback.cancel")}</Button>}
              <Button type="submit" kind="main" disabled={body === null || !named || add.isPending}>
                {add.isPending ? t("feedback.saving") : t("feedback.save")}
              </Button>
            </>
          ) : (
            <>
              <Button
                disabled={!named || add.isPending}
                onClick={() => {
                  give({ judgement: "withdrawn" });
                }}
              >
                {t("feedback.takeBack")}
              </Button>
              <Button
                onClick={() => {
                  setAgain(true);
                }}
              >
                {t("feedback.again")}
              </Button>
            </>
          )}
        </div>
        {add.isError && <ErrorState what={t("error.feedbackAdd")} failure={add.error} />}
      </form>
      {history.length > (current === null ? 0 : 1) && (
        <details className="feedback-history">
          <summary>{t("feedback.history")}</summary>
          <ol>
            {history.map((given) => (
              <li key={given.version}>
                <Given given={given} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </Card>
  );
}

// What was injected, what was diagnosed: the demo keeps its own score, and says that the model did not cheat.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { DemoCase, DemoStatus } from "@/api/demo";
import type { CausePair } from "@/api/incidents";
import { useWords } from "@/app/words";
import { durationText } from "@/format/time";
import { significant } from "@/format/number";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { Glyph, type MarkKind } from "@/widgets/state_mark";

import "./demo_panel.css";

interface DemoPanelProps {
  readonly demo: DemoStatus;
}

function caseMark({ state, correct }: DemoCase): MarkKind {
  if (correct === true) return "ok";
  if (correct === false) return "abnormal";
  if (state === "waiting") return "pending";
  return state === "fault" ? "trouble" : "learning";
}

interface PairsProps {
  readonly pairs: readonly CausePair[];
  readonly none: string;
}

function Pairs({ pairs, none }: PairsProps) {
  const words = useWords();
  if (pairs.length === 0) return <span className="quiet">{none}</span>;
  return (
    <>
      {pairs.map(({ target, problem }) => (
        <span key={`${target.node ?? ""}.${problem}`} className="demo-pair">
          <b>{words.target(target)}</b> {words.problem(problem)}
        </span>
      ))}
    </>
  );
}

interface DemoCaseRowProps {
  readonly item: DemoCase;
}

function DemoCaseRow({ item }: DemoCaseRowProps) {
  const { t } = useTranslation();
  const words = useWords();
  const description = words.pick(item.description_en, item.description_zh);
  const running = item.state !== "waiting" && item.state !== "done";
  const verdict = item.correct === null ? t(`demo.${item.state}`) : item.correct ? t("demo.right") : t("demo.wrong");
  return (
    <li className={cx("demo-case", running && "demo-case-now", item.state === "waiting" && "demo-case-waiting")}>
      <Glyph kind={caseMark(item)} />
      <div className="demo-case-body">
        {item.state === "waiting" ? (
          <p className="demo-case-title">{description}</p>
        ) : (
          <dl className="demo-pairs" title={description}>
            <dt>{t("demo.injected")}</dt>
            <dd>
              <Pairs pairs={item.injected} none={description} />
            </dd>
            <dt>{t("demo.diagnosed")}</dt>
            <dd>
              <Pairs pairs={item.diagnosed} none={item.state === "done" || item.injected.length === 0 ? t("demo.nothing") : t("demo.notYet")} />
              {item.delay_s !== null && <span className="quiet">{t("demo.after", { delay: durationText(item.delay_s) })}</span>}
            </dd>
          </dl>
        )}
      </div>
      <div className="demo-case-end">
        <span className={item.correct === true ? "demo-right" : "quiet"}>{running && item.correct === null ? t(`demo.${item.state}`) : verdict}</span>
        {item.incident_id !== null && (
          <Link
            to="/incidents/$id"
            params={{ id: item.incident_id }}
            className="link"
            aria-label={t("demo.open", { id: item.incident_id })}
          >
            #{item.incident_id}
          </Link>
        )}
        <span className="demo-case-id">{item.id}</span>
      </div>
    </li>
  );
}

export function DemoPanel({ demo }: DemoPanelProps) {
  const { t } = useTranslation();
  const speed =
    demo.speed === 0 ? t("demo.fastest") : demo.speed === 1 ? t("demo.realTime") : t("demo.speed", { speed: significant(demo.speed) });
  return (
    <Card
      className="demo-panel"
      title={t("demo.title")}
      hint={t("demo.subtitle")}
      aside={<span className="demo-speed">{demo.running ? speed : t("demo.finished")}</span>}
    >
      <div className="demo-score">
        <p className="demo-score-number">
          {demo.total_faults === 0 ? t("demo.scoreNone") : t("demo.score", { correct: demo.correct, total: demo.total_faults })}
        </p>
        <p className="quiet">{t("demo.scoreHint")}</p>
        <div className="demo-dots" aria-hidden="true">
          {demo.cases.map((item) => (
            <span
              key={item.id}
              className={cx("demo-dot", item.correct === true && "demo-dot-right", item.correct === false && "demo-dot-wrong")}
            />
          ))}
        </div>
      </div>
      <p className="demo-unseen">
        <Glyph kind="resolved" />
        <span title={demo.model_note}>{t("demo.unseen")}</span>
      </p>
      <ol className="demo-cases">
        {demo.cases.map((item) => (
          <DemoCaseRow key={item.id} item={item} />
        ))}
      </ol>
    </Card>
  );
}

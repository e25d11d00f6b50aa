import { useTranslation } from "react-i18next";

import type { NextCheck } from "@/api/incidents";
import { useWords } from "@/app/words";
import { Card } from "@/widgets/card";
import { EmptyState } from "@/widgets/empty_state";
import { InlineCode } from "@/widgets/inline_code";

import "./next_checks.css";

interface NextChecksProps {
  readonly checks: readonly NextCheck[];
}

export function NextChecks({ checks }: NextChecksProps) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <Card className="next-checks" title={t("incident.checks")} hint={t("incident.checksHint")}>
      {checks.length === 0 ? (
        <EmptyState title={t("incident.checksNone")} next={t("incident.checksNoneNext")} />
      ) : (
        <ol className="checks">
          {checks.map((check) => (
            <li key={`${check.target.node ?? ""}.${check.problem}`} className="check">
              <p className="check-head">
                {words.target(check.target)} · {words.problem(check.problem)}
              </p>
              <p>
                <InlineCode text={words.pick(check.text_en, check.text_zh)} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

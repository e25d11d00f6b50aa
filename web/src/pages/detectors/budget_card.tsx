// How often somebody may be woken: what was promised, and what came of it.

import { useTranslation } from "react-i18next";

import { useStatus } from "@/api/status";
import { durationText } from "@/format/time";
import { probabilityText, significant } from "@/format/number";
import { Card } from "@/widgets/card";

const kSecondsAWeek = 7 * 86_400;
// From an hour nobody can tell a week.
const kLeast_s = 86_400;

export function BudgetCard() {
  const { t } = useTranslation();
  const budget = useStatus().data?.alarm_budget;
  if (budget === undefined) return null;
  const promised = budget.pages_per_week;
  const figures = [
    { name: t("budget.promised"), value: promised === 0 ? t("budget.none") : t("budget.aWeek", { pages: significant(promised) }) },
    budget.watched_weeks * kSecondsAWeek < kLeast_s
      ? { name: t("budget.realised"), value: t("budget.early"), more: t("budget.earlyWhy") }
      : {
          name: t("budget.realised"),
          value: t("budget.aWeek", { pages: significant(budget.realised) }),
          more: t("budget.interval", { low: significant(budget.realised_low), high: significant(budget.realised_high) }),
        },
    {
      name: t("budget.sent"),
      value: String(budget.pages),
      more: t("budget.since", { duration: durationText(budget.watched_weeks * kSecondsAWeek) }),
    },
    { name: t("budget.heldBack"), value: String(budget.held_back) },
    { name: t("budget.threshold"), value: budget.threshold === 0 ? t("budget.any") : t("budget.from", { probability: probabilityText(budget.threshold) }) },
  ];
  return (
    <Card title={t("budget.title")} hint={promised === 0 ? t("budget.hintNone") : t("budget.hint")}>
      <dl className="budget-figures">
        {figures.map(({ name, value, more }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
            {more !== undefined && <dd className="quiet">{more}</dd>}
          </div>
        ))}
      </dl>
    </Card>
  );
}

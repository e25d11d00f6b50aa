// What changed on purpose and is therefore explained instead of alarmed about: one quiet line each.

import { useTranslation } from "react-i18next";

import type { ExpectedShift } from "@/api/clusters";
import { useWords } from "@/app/words";
import { cx } from "@/widgets/class_names";
import { Clock } from "@/widgets/clock";
import { Glyph } from "@/widgets/state_mark";

import "./expected_shifts.css";

interface ExpectedShiftsProps {
  readonly shifts: readonly ExpectedShift[];
  readonly className?: string;
}

export function ExpectedShifts({ shifts, className }: ExpectedShiftsProps) {
  const { t } = useTranslation();
  const words = useWords();
  if (shifts.length === 0) return null;
  return (
    <ul className={cx("expected-shifts", className)} aria-label={t("expected.title")}>
      {shifts.map((shift) => (
        <li key={`${shift.since}/${shift.reason_en}`} title={t("expected.hint")}>
          <Glyph kind="pending" size={12} />
          <span>
            {t("expected.line", { reason: words.sentence(shift.reason_en, shift.reason_zh, [shift.since]) })} <Clock time={shift.until} />
          </span>
        </li>
      ))}
    </ul>
  );
}

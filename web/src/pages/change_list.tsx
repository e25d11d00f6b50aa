// What was done to a cluster, one line a change.

import { useTranslation } from "react-i18next";

import type { Change } from "@/api/changes";
import { durationText, secondsBetween } from "@/format/time";
import { Clock } from "@/widgets/clock";

import "./change_list.css";

interface ChangeListProps {
  readonly changes: readonly Change[];
  // Start of an incident: each change also says how long before or after it came.
  readonly around?: string;
}

export function ChangeList({ changes, around }: ChangeListProps) {
  const { t } = useTranslation();
  return (
    <ul className="changes">
      {changes.map((change) => {
        const offset = around === undefined ? null : secondsBetween(around, change.time);
        return (
          <li key={`${change.time}/${change.kind}/${change.description}`} className="change">
            <span className="change-time">
              <Clock time={change.time} />
            </span>
            <span className="badge change-kind">{t(`change.${change.kind}`)}</span>
            <span className="change-text">
              {change.node !== null && <b>{change.node} </b>}
              {change.description}
              {offset !== null && (
                <span className="quiet">
                  {" "}
                  ·{" "}
                  {offset < 0
                    ? t("incident.before", { duration: durationText(-offset) })
                    : t("incident.after", { duration: durationText(offset) })}
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

// One incident as a line that leads to it.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { IncidentSummary } from "@/api/incidents";
import { kIncidentMark } from "@/app/marks";
import { useWords } from "@/app/words";
import { probabilityText } from "@/format/number";
import { durationText, secondsBetween } from "@/format/time";
import { Clock } from "@/widgets/clock";
import { Glyph } from "@/widgets/state_mark";

import "./incident_link.css";

interface IncidentLinkProps {
  readonly incident: IncidentSummary;
  // Newest tick of its cluster: until there an open incident has lasted.
  readonly now: string | null;
  readonly withCluster?: boolean;
}

export function IncidentLink({ incident, now, withCluster = false }: IncidentLinkProps) {
  const { t } = useTranslation();
  const words = useWords();
  const [first] = incident.top;
  const end = incident.resolved ?? now ?? incident.updated;
  return (
    <Link to="/incidents/$id" params={{ id: incident.id }} className="incident-link">
      <Glyph kind={kIncidentMark[incident.state]} />
      <span className="incident-link-title">
        <span className="only-heard">{t(`incidentState.${incident.state}`)}: </span>
        {words.incidentTitle(incident)}
        {withCluster && <span className="quiet"> · {incident.cluster}</span>}
      </span>
      <span className="incident-link-probability number">{first === undefined ? "" : probabilityText(first.probability)}</span>
      <span className="incident-link-time">
        <Clock time={incident.started} /> · {durationText(secondsBetween(incident.started, end))}
      </span>
    </Link>
  );
}

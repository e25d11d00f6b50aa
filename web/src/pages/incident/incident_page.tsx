// What happened, why do you say so, what do I do?

import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/client";
import { useCluster } from "@/api/clusters";
import { useIncident, type Incident } from "@/api/incidents";
import { kIncidentMark } from "@/app/marks";
import type { IncidentSearch } from "@/app/search_params";
import { useWords } from "@/app/words";
import { durationText, secondsBetween } from "@/format/time";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { Skeleton } from "@/widgets/skeleton";
import { StateMark } from "@/widgets/state_mark";

import { useTitle } from "../use_title";
import { Advice } from "./advice";
import { blamedNodes, causeKey, causesOf } from "./causes";
import { ChangesNearStart } from "./changes_near_start";
import { DeliveryLog } from "./delivery_log";
import { EvidenceCharts } from "./evidence_charts";
import { FeedbackCard } from "./feedback_card";
import { History } from "./history";
import { IncidentGraph } from "./incident_graph";
import { NextChecks } from "./next_checks";
import { Notes } from "./notes";
import { Propagation } from "./propagation";
import { StatementsCard } from "./statements_card";
import { VerdictCard } from "./verdict_card";

import "./incident_page.css";

const route = getRouteApi("/incidents/$id");

interface IncidentViewProps {
  readonly incident: Incident;
}

function IncidentView({ incident }: IncidentViewProps) {
  const { t } = useTranslation();
  const words = useWords();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/incidents/$id" });
  const { summary } = incident;
  const now = useCluster(summary.cluster).data?.time ?? null;
  const end = summary.resolved ?? now ?? summary.updated;
  const duration = durationText(secondsBetween(summary.started, end));
  const causes = causesOf(incident, search.cause);
  const blamed = blamedNodes(causes.named);
  const title = words.incidentTitle(summary);
  useTitle(title);

  const change = (part: Partial<IncidentSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });

  return (
    <>
      <div className="page-head">
        <p className="crumbs">
          <Link to="/incidents">{t("nav.incidents")}</Link> / #{summary.id}
        </p>
        <h1 aria-live="polite">{title}</h1>
        <div className="page-head-meta">
          <StateMark kind={kIncidentMark[summary.state]} word={t(`incidentState.${summary.state}`)} boxed />
          <span>{summary.state === "open" ? t("incident.open", { duration }) : t("incident.resolved", { duration })}</span>
          <span>
            {t("incident.since")} <Clock time={summary.started} withDate />
          </span>
          <Link to="/c/$cluster" params={{ cluster: summary.cluster }} className="link">
            {summary.cluster}
          </Link>
        </div>
      </div>
      <div className="incident-columns">
        <div className="incident-main">
        <VerdictCard
          incident={incident}
          causes={causes}
          onChoose={(cause) => {
            change({ cause: causeKey(cause) });
          }}
        />
      <EvidenceCharts
        incidentId={summary.id}
        blamed={blamed}
        zoom={search.from !== undefined && search.to !== undefined ? { from: search.from, to: search.to } : null}
        onZoom={(zoom) => {
          change({ from: zoom?.from, to: zoom?.to });
        }}
      />
      <StatementsCard incidentId={summary.id} />
      <div className="incident-pair">
        <Propagation
          incident={incident}
          end={end}
          blamed={blamed}
          all={search.moves === "all"}
          onAll={(all) => {
            change({ moves: all ? "all" : undefined });
          }}
        />
        <IncidentGraph
          incidentId={summary.id}
          causes={causes.named}
          picked={search.vertex ?? null}
          onPick={(vertex) => {
            change({ vertex: vertex ?? undefined });
          }}
        />
      </div>
        </div>
        <div className="incident-side">
          <NextChecks checks={incident.next_checks} />
          <FeedbackCard key={summary.id} incidentId={summary.id} feedback={incident.feedback} />
          <Advice advice={incident.advice} />
          <History history={incident.history} started={summary.started} />
          <ChangesNearStart cluster={summary.cluster} started={summary.started} />
          <Notes incidentId={summary.id} />
          <DeliveryLog incidentId={summary.id} />
        </div>
      </div>
    </>
  );
}

export function IncidentPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const query = useIncident(id);
  if (query.data !== undefined) return <IncidentView incident={query.data} />;
  // A number that is none ("/incidents/abc") is refused by the server with 400: to the reader it is the same.
  const missing = query.error instanceof ApiError && (query.error.notFound || query.error.status === 400);
  if (missing) {
    return (
      <Card>
        <EmptyState
          title={t("error.noIncident", { id })}
          next={
            <>
              {t("error.noIncidentNext")}{" "}
              <Link to="/incidents" className="link">
                {t("overview.allIncidents")}
              </Link>
            </>
          }
        />
      </Card>
    );
  }
  if (query.isError) {
    return (
      <Card>
        <ErrorState what={t("error.incident")} failure={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  return (
    <div className="incident-waiting">
      <Skeleton height={56} width="50%" label={t("loading.incident")} />
      <div className="incident-columns">
        <Skeleton height={860} />
        <Skeleton height={640} />
      </div>
    </div>
  );
}

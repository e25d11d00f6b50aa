// What happened, newest first.

import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { useClusters } from "@/api/clusters";
import { useIncidents, type IncidentSummary } from "@/api/incidents";
import { kIncidentMark, kJudgementMark } from "@/app/marks";
import { useShortcuts } from "@/app/shortcuts";
import { useWords } from "@/app/words";
import { probabilityText } from "@/format/number";
import { durationText, secondsBetween } from "@/format/time";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { Clock } from "@/widgets/clock";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { Segments } from "@/widgets/segments";
import { Skeleton } from "@/widgets/skeleton";
import { StateMark } from "@/widgets/state_mark";

import { useTitle } from "../use_title";

import "./incidents_page.css";

const route = getRouteApi("/incidents");

interface IncidentRowProps {
  readonly incident: IncidentSummary;
  readonly now: string | null;
  readonly marked: boolean;
}

function IncidentRow({ incident, now, marked }: IncidentRowProps) {
  const { t } = useTranslation();
  const words = useWords();
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (marked) row.current?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  const [first] = incident.top;
  const end = incident.resolved ?? now ?? incident.updated;
  return (
    <tr ref={row} className={cx("incident-row", marked && "incident-row-marked")} aria-current={marked ? "true" : undefined}>
      <td className="incident-row-state">
        <StateMark kind={kIncidentMark[incident.state]} word={t(`incidentState.${incident.state}`)} />
      </td>
      <td className="incident-row-what">
        <Link to="/incidents/$id" params={{ id: incident.id }} className="incident-row-link">
          {words.incidentTitle(incident)}
        </Link>{" "}
        <span className="quiet">#{incident.id}</span>
        {incident.judgement !== undefined && incident.judgement !== null && (
          <span className="incident-row-judgement">
            <StateMark
              kind={kJudgementMark[incident.judgement]}
              word={t("incidents.judged", { judgement: t(`judgement.${incident.judgement}`) })}
              boxed
            />
          </span>
        )}
      </td>
      <td className="incident-row-cluster">{incident.cluster}</td>
      <td className="number">{first === undefined ? "–" : probabilityText(first.probability)}</td>
      <td className="number">
        <Clock time={incident.started} withDate />
      </td>
      <td className="number">{durationText(secondsBetween(incident.started, end))}</td>
      <td className="number">{durationText(secondsBetween(incident.started, incident.detected))}</td>
    </tr>
  );
}

// j and k step through the rows; the marked one stands in the address, so "back" returns to it.
function useStepping(incidents: readonly IncidentSummary[], at: number | undefined): void {
  const navigate = useNavigate({ from: "/incidents" });
  const index = incidents.findIndex(({ id }) => id === at);
  const step = (by: number) => {
    const next = incidents[index < 0 ? 0 : Math.min(incidents.length - 1, Math.max(0, index + by))];
    if (next !== undefined) void navigate({ search: (search) => ({ ...search, at: next.id }), replace: true, resetScroll: false });
  };
  useShortcuts({
    j: () => {
      step(1);
    },
    k: () => {
      step(-1);
    },
    ...(index >= 0 && document.activeElement === document.body
      ? {
          Enter: () => {
            const marked = incidents[index];
            if (marked !== undefined) void navigate({ to: "/incidents/$id", params: { id: marked.id } });
          },
        }
      : {}),
  });
}

export function IncidentsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/incidents" });
  const clusters = useClusters().data ?? [];
  const query = useIncidents({ state: search.state, cluster: search.cluster });
  const incidents = query.data?.pages.flatMap((page) => page.incidents) ?? [];
  useStepping(incidents, search.at);

  const open = clusters.reduce((sum, cluster) => sum + cluster.open_incidents.length, 0);
  const filtered = search.state !== undefined || search.cluster !== undefined;
  const answer =
    open > 0
      ? t("incidents.headlineOpen", { count: open })
      : incidents.length > 0 || filtered
        ? t("incidents.headlineClosed")
        : t("incidents.headlineNone");
  useTitle(t("incidents.title"));

  return (
    <>
      <div className="page-head">
        <h1>{query.isPending ? t("incidents.title") : answer}</h1>
        <div className="incidents-filters">
          <Segments
            label={t("incidents.filterState")}
            value={search.state ?? "all"}
            segments={[
              { value: "all", text: t("incidents.all") },
              { value: "open", text: t("incidentState.open") },
              { value: "resolved", text: t("incidentState.resolved") },
            ]}
            onChange={(value) =>
              void navigate({ search: (before) => ({ ...before, state: value === "all" ? undefined : value, at: undefined }) })
            }
          />
          {clusters.length > 1 && (
            <select
              className="select"
              aria-label={t("incidents.filterCluster")}
              value={search.cluster ?? ""}
              onChange={(event) =>
                void navigate({
                  search: (before) => ({ ...before, cluster: event.target.value === "" ? undefined : event.target.value, at: undefined }),
                })
              }
            >
              <option value="">{t("incidents.allClusters")}</option>
              {clusters.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </div>
      </div>
      <Card>
        {query.isError && query.data === undefined && (
          <ErrorState what={t("error.incidents")} failure={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.isPending && (
          <div className="incidents-waiting">
            {[0, 1, 2, 3, 4].map((row) => (
              <Skeleton key={row} height={22} {...(row === 0 ? { label: t("loading.incidents") } : {})} />
            ))}
          </div>
        )}
        {query.data !== undefined && incidents.length === 0 && (
          <EmptyState
            mark="ok"
            title={filtered ? t("incidents.none") : t("incidents.noneEver")}
            next={filtered ? t("incidents.noneNext") : t("incidents.noneEverNext")}
          />
        )}
        {incidents.length > 0 && (
          <table className="table incidents-table">
            <caption className="only-heard">{t("incidents.list")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("incidents.state")}</th>
                <th scope="col">{t("incidents.what")}</th>
                <th scope="col" className="incident-row-cluster">
                  {t("incidents.cluster")}
                </th>
                <th scope="col" className="number">
                  {t("incidents.probability")}
                </th>
                <th scope="col" className="number">
                  {t("incidents.since")}
                </th>
                <th scope="col" className="number">
                  {t("incidents.lasted")}
                </th>
                <th scope="col" className="number">
                  {t("incidents.found")}
                </th>
              </tr>
            </thead>
            <tbody>
              {incidents.map((incident) => (
                <IncidentRow
                  key={incident.id}
                  incident={incident}
                  now={clusters.find(({ name }) => name === incident.cluster)?.time ?? null}
                  marked={incident.id === search.at}
                />
              ))}
            </tbody>
          </table>
        )}
        {query.hasNextPage && (
          <div className="incidents-more">
            <Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>
              {t("action.more")}
            </Button>
          </div>
        )}
      </Card>
    </>
  );
}

// Is anything wrong anywhere?

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/client";
import { useClusters, type Cluster } from "@/api/clusters";
import { useDemo } from "@/api/demo";
import { useIncidents } from "@/api/incidents";
import { useStatus } from "@/api/status";
import { useWords, type Words } from "@/app/words";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { InlineCode } from "@/widgets/inline_code";
import { Skeleton } from "@/widgets/skeleton";

import { IncidentLink } from "../incident_link";
import { useTitle } from "../use_title";
import { ClusterCard } from "./cluster_card";
import { DemoPanel } from "./demo_panel";
import { NoticesCard } from "./notices_card";

import "./overview_page.css";

const kRecent = 8;

function headlineOf(cluster: Cluster, words: Words): string {
  return words.sentence(
    cluster.headline_en,
    cluster.headline_zh,
    cluster.open_incidents.flatMap(({ started, detected }) => [started, detected]),
  );
}

function useAnswer(clusters: readonly Cluster[]): string {
  const { t } = useTranslation();
  const words = useWords();
  const [only] = clusters;
  if (only === undefined) return t("overview.none");
  const troubled = clusters.filter(({ state }) => state === "trouble");
  const [first] = troubled;
  if (first !== undefined) {
    return troubled.length === 1
      ? t("overview.trouble", { cluster: first.name, headline: headlineOf(first, words) })
      : t("overview.troubleMany", { count: troubled.length, total: clusters.length });
  }
  const unsure = clusters.filter(({ state }) => state !== "ok");
  if (unsure.length === 0) return t("overview.allWell", { count: clusters.length });
  if (clusters.length > 1) return t("overview.someUnsure", { count: unsure.length, total: clusters.length });
  if (only.state === "blind") return headlineOf(only, words);
  return only.state === "learning" ? t("overview.learning") : t("overview.noData");
}

interface ClustersProps {
  readonly clusters: readonly Cluster[];
}

function Clusters({ clusters }: ClustersProps) {
  const { t } = useTranslation();
  const words = useWords();
  const answer = useAnswer(clusters);
  const troubled = clusters.some(({ state }) => state === "trouble");
  useTitle(answer);
  return (
    <>
      <h1 className={cx("overview-answer", troubled && "overview-answer-trouble")} aria-live="polite">
        {answer}
      </h1>
      {clusters.length === 0 ? (
        <Card>
          <EmptyState title={t("overview.none")} next={<InlineCode text={t("overview.noneNext")} />} />
        </Card>
      ) : (
        clusters.map((cluster) => <ClusterCard
            key={cluster.name}
            cluster={cluster}
            // A single cluster's headline is the answer of the whole page already.
            headline={clusters.length > 1 ? headlineOf(cluster, words) : null}
          />)
      )}
    </>
  );
}

function RecentIncidents({ clusters }: ClustersProps) {
  const { t } = useTranslation();
  const incidents = useIncidents({});
  // The open ones stand on the cards above.
  const recent = incidents.data?.pages[0]?.incidents.filter(({ state }) => state === "resolved").slice(0, kRecent);
  return (
    <Card
      title={t("overview.recent")}
      aside={
        <Link to="/incidents" className="link">
          {t("overview.allIncidents")}
        </Link>
      }
    >
      {incidents.isError && recent === undefined && (
        <ErrorState what={t("error.incidents")} failure={incidents.error} onRetry={() => void incidents.refetch()} />
      )}
      {incidents.isPending && (
        <div className="overview-waiting">
          <Skeleton height={120} label={t("loading.incidents")} />
        </div>
      )}
      {recent?.length === 0 && <EmptyState mark="ok" title={t("overview.recentNone")} next={t("overview.recentNoneNext")} />}
      {recent?.map((incident) => (
        <IncidentLink
          key={incident.id}
          incident={incident}
          now={clusters.find(({ name }) => name === incident.cluster)?.time ?? null}
          withCluster={clusters.length > 1}
        />
      ))}
    </Card>
  );
}

export function OverviewPage() {
  const { t } = useTranslation();
  const clusters = useClusters();
  const demo = useDemo().data ?? null;
  const notices = useStatus().data?.notices ?? [];
  const failed = clusters.isError && clusters.data === undefined;

  return (
    <div className={cx("overview", demo !== null && "overview-with-demo")}>
      <div className="overview-main">
        {clusters.data !== undefined && <Clusters clusters={clusters.data} />}
        {clusters.isPending && (
          <>
            <Skeleton height={28} width="60%" label={t("loading.clusters")} />
            <Skeleton height={318} />
          </>
        )}
        {failed && (
          <>
            <h1>{t("overview.title")}</h1>
            <Card>
              <ErrorState
                what={t("error.clusters")}
                failure={clusters.error instanceof ApiError ? clusters.error : { message: clusters.error.message }}
                onRetry={() => void clusters.refetch()}
              />
            </Card>
          </>
        )}
        {!failed && <RecentIncidents clusters={clusters.data ?? []} />}
        {notices.length > 0 && <NoticesCard notices={notices} />}
      </div>
      {demo !== null && <DemoPanel demo={demo} />}
    </div>
  );
}

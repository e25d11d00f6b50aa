// What the database says of its own parts: zones with their servers, tenants with their units and loads, log streams with
// their leaders. A single server is the same with one of each.

import { useTranslation } from "react-i18next";

import { useStructure, type DatabaseServer, type DatabaseStructure, type LogStreamReplica } from "@/api/structure";
import { partMark } from "@/app/marks";
import { quantityText, significant } from "@/format/number";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { Clock } from "@/widgets/clock";
import { ErrorState } from "@/widgets/error_state";
import { Skeleton } from "@/widgets/skeleton";
import { Glyph, StateMark } from "@/widgets/state_mark";

import { partsOf, type DatabaseParts, type StreamPart, type TenantPart, type TenantPlace, type ZonePart } from "./database_parts";

import "./database_card.css";

interface DatabaseCardProps {
  readonly cluster: string;
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
}

// Its own name as its makers write it.
const kNames: Readonly<Record<string, string>> = { oceanbase: "OceanBase" };

function ServerLine({ server, version }: { readonly server: DatabaseServer; readonly version: string }) {
  const { t } = useTranslation();
  return (
    <li className="db-server">
      <StateMark kind={partMark(server.status)} word={server.status === "" ? t("database.noStatus") : server.status} />
      <span className="db-server-name">
        {server.node !== null && <b>{server.node} </b>}
        <span className={cx(server.node !== null && "quiet")}>{server.address}</span>
      </span>
      {server.is_root_service && (
        <span className="badge badge-strong" title={t("database.rootServiceHint")}>
          {t("database.rootService")}
        </span>
      )}
      {server.node === null && (
        <span className="badge db-warn" title={t("database.notWatchedHint")}>
          {t("database.notWatched")}
        </span>
      )}
      {server.version !== "" && server.version !== version && <span className="badge">{server.version}</span>}
    </li>
  );
}

function Zone({ part, version }: { readonly part: ZonePart; readonly version: string }) {
  const { t } = useTranslation();
  const { zone, name, servers } = part;
  const where = zone === null ? "" : [zone.region, zone.idc].filter((text) => text !== "").join(" · ");
  return (
    <li className="db-zone">
      <p className="db-zone-head">
        <b>{name === "" ? t("database.noZone") : name}</b>
        {where !== "" && <span className="quiet">{where}</span>}
        {zone !== null && partMark(zone.status) !== "ok" && (
          <StateMark kind={partMark(zone.status)} word={zone.status === "" ? t("database.noStatus") : zone.status} />
        )}
      </p>
      {servers.length === 0 ? (
        <p className="quiet">{t("database.noServers")}</p>
      ) : (
        <ul>
          {servers.map((server) => (
            <ServerLine key={server.address} server={server} version={version} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface FigureProps {
  readonly name: string;
  // null = not known.
  readonly text: string | null;
  // Part of a limit, drawn; absent where there is none.
  readonly share?: number | undefined;
}

function Figure({ name, text, share }: FigureProps) {
  return (
    <td className="number db-figure">
      <span className="db-figure-name" aria-hidden="true">
        {name}
      </span>
      {text ?? "–"}
      {share !== undefined && (
        <span className="db-bar" aria-hidden="true">
          <span style={{ width: `${String(Math.min(100, Math.max(0, share * 100)))}%` }} />
        </span>
      )}
    </td>
  );
}

function Unit({ unit }: Pick<TenantPlace, "unit">) {
  const { t } = useTranslation();
  if (unit === null) return "–";
  // A size that is not told is 0.
  const parts = [
    unit.max_cpu_cores > 0 ? quantityText(unit.max_cpu_cores, "cores") : "",
    unit.memory_bytes > 0 ? quantityText(unit.memory_bytes, "B") : "",
    unit.log_disk_bytes > 0 ? t("database.logDisk", { size: quantityText(unit.log_disk_bytes, "B") }) : "",
  ].filter((text) => text !== "");
  return (
    <>
      {parts.length === 0 ? "–" : parts.join(" · ")}
      {unit.status !== "" && partMark(unit.status) !== "ok" && (
        <>
          {" "}
          <StateMark kind={partMark(unit.status)} word={unit.status} />
        </>
      )}
    </>
  );
}

function TenantRow({ part, place, first }: { readonly part: TenantPart; readonly place: TenantPlace | null; readonly first: boolean }) {
  const { t } = useTranslation();
  const { tenant, places } = part;
  const load = place?.load ?? null;
  const limit = load === null || load.cpu_limit_cores <= 0 ? null : load.cpu_limit_cores;
  const about = [
    `${t(`database.tenantKind.${tenant.kind}`)} ${String(tenant.id)}`,
    tenant.mode,
    tenant.primary_zone === "" ? "" : t("database.primaryZone", { zone: tenant.primary_zone }),
  ];
  return (
    <tr className={cx(first && "db-tenant-first", load === null && "db-no-load")}>
      {first && (
        <th scope="rowgroup" rowSpan={Math.max(1, places.length)} className="db-tenant">
          <b>{tenant.name}</b>{" "}
          {partMark(tenant.status) !== "ok" && (
            <StateMark kind={partMark(tenant.status)} word={tenant.status === "" ? t("database.noStatus") : tenant.status} />
          )}
          <span className="db-tenant-about">{about.filter((text) => text !== "").join(" · ")}</span>
        </th>
      )}
      <td className="db-place">{place?.place.name ?? "–"}</td>
      <td className="db-unit">
        <Unit unit={place?.unit ?? null} />
      </td>
      <Figure name={t("database.statements")} text={load && quantityText(load.statements_per_second, "1/s")} />
      <Figure name={t("database.commits")} text={load && quantityText(load.commits_per_second, "1/s")} />
      <Figure
        name={t("database.cpu")}
        text={
          load &&
          (limit === null
            ? quantityText(load.cpu_cores, "cores")
            : t("database.cpuOf", { used: significant(load.cpu_cores), limit: quantityText(limit, "cores") }))
        }
        share={load === null || limit === null ? undefined : load.cpu_cores / limit}
      />
      <Figure name={t("database.queueWait")} text={load && quantityText(load.queue_wait_ms, "ms")} />
      <Figure name={t("database.memstore")} text={load && quantityText(load.memstore_used, "ratio")} share={load?.memstore_used} />
      <Figure name={t("database.memory")} text={load && quantityText(load.memory_used, "ratio")} share={load?.memory_used} />
      <Figure name={t("database.sessions")} text={load && quantityText(load.active_sessions, "count")} />
    </tr>
  );
}

function Tenants({ tenants }: { readonly tenants: readonly TenantPart[] }) {
  const { t } = useTranslation();
  if (tenants.length === 0) return <p className="db-none quiet">{t("database.noTenants")}</p>;
  const figures = ["statements", "commits", "cpu", "queueWait", "memstore", "memory", "sessions"] as const;
  return (
    <table className="table db-tenants">
      <thead>
        <tr>
          <th scope="col">{t("database.tenant")}</th>
          <th scope="col">{t("database.place")}</th>
          <th scope="col" title={t("database.unitHint")}>
            {t("database.unit")}
          </th>
          {figures.map((name) => (
            <th key={name} scope="col" className="number">
              {t(`database.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      {tenants.map((part) => (
        <tbody key={part.tenant.id}>
          {part.places.length === 0 && <TenantRow part={part} place={null} first />}
          {part.places.map((place, index) => (
            <TenantRow key={`${place.place.name}/${String(place.unit?.id ?? "")}`} part={part} place={place} first={index === 0} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Replica({ replica, name }: { readonly replica: LogStreamReplica; readonly name: string }) {
  const { t } = useTranslation();
  const lag = replica.lag_s === null ? null : t("database.behind", { lag: quantityText(replica.lag_s * 1000, "ms") });
  return (
    <li className={cx("db-replica", replica.is_leader && "db-replica-leader")}>
      {!replica.in_sync && <Glyph kind="abnormal" size={12} />}
      <b>{name}</b>
      {replica.is_leader && <span>{t("database.leader")}</span>}
      {!replica.in_sync && <span className="db-warn">{t("database.outOfSync")}</span>}
      {lag !== null && !replica.is_leader && <span className="quiet">{lag}</span>}
    </li>
  );
}

function Stream({ part, placeAt }: { readonly part: StreamPart; readonly placeAt: DatabaseParts["placeAt"] }) {
  const { t } = useTranslation();
  const { tenant, stream, leader, followers } = part;
  return (
    <li className="db-stream">
      <p className="db-stream-name">
        <b>{tenant}</b> <span className="quiet">{t("database.logStream", { id: stream.id })}</span>
        {leader === null && <StateMark kind="trouble" word={t("database.noLeader")} />}
      </p>
      <ul className="db-replicas">
        {(leader === null ? followers : [leader, ...followers]).map((replica) => (
          <Replica key={replica.server} replica={replica} name={placeAt(replica.server).name} />
        ))}
      </ul>
    </li>
  );
}

function Parts({ structure, all }: { readonly structure: DatabaseStructure; readonly all: boolean }) {
  const { t } = useTranslation();
  const parts = partsOf(structure, all);
  return (
    <>
      <h3 className="db-part">{t("database.zones")}</h3>
      {parts.zones.length === 0 ? (
        <p className="db-none quiet">{t("database.noServers")}</p>
      ) : (
        <ul className="db-zones">
          {parts.zones.map((part) => (
            <Zone key={part.name} part={part} version={structure.version} />
          ))}
        </ul>
      )}
      <h3 className="db-part">{t("database.tenants")}</h3>
      <Tenants tenants={parts.tenants} />
      {(parts.streams.length > 0 || parts.hiddenStreams > 0) && (
        <>
          <h3 className="db-part">{t("database.logStreams")}</h3>
          <ul className="db-streams">
            {parts.streams.map((part) => (
              <Stream key={`${String(part.stream.tenant)}/${String(part.stream.id)}`} part={part} placeAt={parts.placeAt} />
            ))}
          </ul>
          {parts.hiddenStreams > 0 && <p className="db-none quiet">{t("database.healthyHidden", { count: parts.hiddenStreams })}</p>}
        </>
      )}
      {structure.missing.length > 0 && (
        <>
          <h3 className="db-part">{t("database.missing")}</h3>
          <ul className="db-missing">
            {structure.missing.map((text) => (
              <li key={text}>
                <Glyph kind="no_data" size={12} /> {text}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

export function DatabaseCard({ cluster, all, onAll }: DatabaseCardProps) {
  const { t } = useTranslation();
  const structure = useStructure(cluster);
  const { data } = structure;
  return (
    <Card
      className="database"
      title={t("database.title")}
      {...(data === undefined
        ? {}
        : { hint: t("database.hint", { database: kNames[data.database] ?? data.database, version: data.version }) })}
      aside={
        data !== undefined && (
          <span className="db-tools">
            <span className="quiet">
              {t("freshness.asOf")} <Clock time={data.time} />
            </span>
            {partsOf(data, false).more && (
              <Button
                kind="bare"
                onClick={() => {
                  onAll(!all);
                }}
              >
                {all ? t("database.fewer") : t("database.all")}
              </Button>
            )}
          </span>
        )
      }
    >
      {structure.isError && data === undefined && (
        <ErrorState what={t("error.structure")} failure={structure.error} onRetry={() => void structure.refetch()} />
      )}
      {structure.isPending && (
        <div className="signals-waiting">
          <Skeleton height={220} label={t("loading.structure")} />
        </div>
      )}
      {data !== undefined && <Parts structure={data} all={all} />}
    </Card>
  );
}

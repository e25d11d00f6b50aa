// A database's parts as the page lists them: joined, sorted, and without what it keeps for itself.

import type {
  DatabaseServer,
  DatabaseStructure,
  DatabaseTenant,
  DatabaseUnit,
  LogStream,
  LogStreamReplica,
  TenantLoad,
} from "@/api/structure";

type Zone = DatabaseStructure["zones"][number];

// What the page calls a server that other parts name by its address: the configured node, else the address.
export interface Place {
  readonly name: string;
  readonly watched: boolean;
}

type PlaceAt = (address: string) => Place;

export interface ZonePart {
  // null: its servers name no zone that is told.
  readonly zone: Zone | null;
  readonly name: string;
  readonly servers: readonly DatabaseServer[];
}

// A tenant on one server: what it may use there and what it does there.
export interface TenantPlace {
  readonly place: Place;
  readonly unit: DatabaseUnit | null;
  readonly load: TenantLoad | null;
}

export interface TenantPart {
  readonly tenant: DatabaseTenant;
  readonly places: readonly TenantPlace[];
}

export interface StreamPart {
  readonly tenant: string;
  readonly stream: LogStream;
  readonly leader: LogStreamReplica | null;
  readonly followers: readonly LogStreamReplica[];
  readonly healthy: boolean;
}

export interface DatabaseParts {
  readonly zones: readonly ZonePart[];
  readonly tenants: readonly TenantPart[];
  readonly streams: readonly StreamPart[];
  // Log streams that are well and not listed.
  readonly hiddenStreams: number;
  // There is something that only `all` shows.
  readonly more: boolean;
  readonly placeAt: PlaceAt;
}

// So many healthy log streams are still read one by one.
const kMostStreams = 9;

const kKindOrder: Readonly<Record<DatabaseTenant["kind"], number>> = { user: 0, system: 1, meta: 2 };

function placeOf({ node, address }: DatabaseServer): Place {
  return { name: node ?? address, watched: node !== null };
}

// "n2" before "n10".
function byName(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

// What is watched stands before what is known by its address only.
function byPlace(a: Place, b: Place): number {
  return Number(b.watched) - Number(a.watched) || byName(a.name, b.name);
}

function zonesOf({ zones, servers }: DatabaseStructure): readonly ZonePart[] {
  const names = [...new Set([...zones.map(({ name }) => name), ...servers.map(({ zone }) => zone)])].sort(byName);
  return names.map((name) => ({
    name,
    zone: zones.find((zone) => zone.name === name) ?? null,
    servers: servers
      .filter(({ zone }) => zone === name)
      .sort((a, b) => byPlace(placeOf(a), placeOf(b))),
  }));
}

function placesOf(tenant: DatabaseTenant, units: readonly DatabaseUnit[], placeAt: PlaceAt): readonly TenantPlace[] {
  const own = units.filter((unit) => unit.tenant === tenant.id).map((unit) => ({ place: placeAt(unit.server), unit }));
  // A load without a unit: the account may not see the units.
  const alone = tenant.loads
    .filter(({ node }) => own.every(({ place }) => place.name !== node))
    .map(({ node }) => ({ place: { name: node, watched: true }, unit: null }));
  return [...own, ...alone]
    .map(({ place, unit }) => ({ place, unit, load: tenant.loads.find(({ node }) => node === place.name) ?? null }))
    .sort((a, b) => byPlace(a.place, b.place));
}

function streamPart(stream: LogStream, tenant: string, placeAt: PlaceAt): StreamPart {
  const leader = stream.replicas.find(({ is_leader }) => is_leader) ?? null;
  return {
    tenant,
    stream,
    leader,
    followers: stream.replicas
      .filter((replica) => replica !== leader)
      .sort((a, b) => byPlace(placeAt(a.server), placeAt(b.server))),
    healthy: leader !== null && stream.replicas.every(({ in_sync }) => in_sync),
  };
}

export function partsOf(structure: DatabaseStructure, all: boolean): DatabaseParts {
  const places = new Map(structure.servers.map((server) => [server.address, placeOf(server)]));
  const placeAt = (address: string) => places.get(address) ?? { name: address, watched: false };
  const tenants = [...structure.tenants].sort((a, b) => kKindOrder[a.kind] - kKindOrder[b.kind] || byName(a.name, b.name) || a.id - b.id);
  const shownTenants = all ? tenants : tenants.filter(({ kind }) => kind !== "meta");
  const order = new Map(tenants.map(({ id }, index) => [id, index]));
  const streams = structure.log_streams
    .map((stream) => streamPart(stream, tenants.find(({ id }) => id === stream.tenant)?.name ?? String(stream.tenant), placeAt))
    .sort(
      (a, b) =>
        Number(a.healthy) - Number(b.healthy) ||
        (order.get(a.stream.tenant) ?? Infinity) - (order.get(b.stream.tenant) ?? Infinity) ||
        a.stream.id - b.stream.id,
    );
  const meta = new Set(tenants.filter(({ kind }) => kind === "meta").map(({ id }) => id));
  const worth = all ? streams : streams.filter(({ healthy, stream }) => !healthy || !meta.has(stream.tenant));
  const sick = worth.filter(({ healthy }) => !healthy).length;
  const shownStreams = all ? worth : worth.slice(0, Math.max(sick, kMostStreams));
  return {
    zones: zonesOf(structure),
    tenants: shownTenants.map((tenant) => ({ tenant, places: placesOf(tenant, structure.units, placeAt) })),
    streams: shownStreams,
    hiddenStreams: streams.length - shownStreams.length,
    more: meta.size > 0 || streams.length > kMostStreams,
    placeAt,
  };
}

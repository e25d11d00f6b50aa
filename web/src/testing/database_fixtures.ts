// What a distributed database says of itself, for tests and for the fake API: a cluster of three zones with a leader that
// has moved, the same in its smallest form, and the statements of an incident.

import type { components } from "../generated/api.ts";

type S = components["schemas"];

const kRead = "2026-11-24T03:13:00Z";
const kGiB = 1024 ** 3;

export function statementChange(part: Partial<S["StatementChange"]> = {}): S["StatementChange"] {
  return {
    node: "n2",
    digest: "3f1c",
    schema: "tpcc",
    text: "UPDATE stock SET s_quantity = ?, s_ytd = s_ytd + ? WHERE s_i_id = ? AND s_w_id = ?",
    share: 0.58,
    is_new: false,
    plan_changed: false,
    main_wait: "",
    now: { time_per_second: 2.4, calls_per_second: 45, ms_per_call: 53.3, rows_per_call: 1 },
    before: { time_per_second: 0.06, calls_per_second: 90, ms_per_call: 0.667, rows_per_call: 1 },
    ...part,
  };
}

export function statements(part: Partial<S["StatementEvidence"]> = {}): S["StatementEvidence"] {
  return {
    calm_from: "2026-11-24T03:11:05Z",
    calm_to: "2026-11-24T03:12:05Z",
    trouble_from: "2026-11-24T03:12:05Z",
    trouble_to: "2026-11-24T03:13:05Z",
    changes: [
      statementChange({ main_wait: "row lock wait" }),
      statementChange({
        digest: "77aa",
        text: "SELECT c_id, c_data FROM customer WHERE c_data LIKE ? AND c_since BETWEEN ? AND ? ORDER BY c_since DESC LIMIT ?",
        share: 0.27,
        is_new: true,
        now: { time_per_second: 0.9, calls_per_second: 0.5, ms_per_call: 1800, rows_per_call: 60000 },
        before: { time_per_second: 0, calls_per_second: 0, ms_per_call: 0, rows_per_call: 0 },
      }),
      statementChange({
        digest: "90d1",
        text: "SELECT i_price, i_name FROM item WHERE i_id = ?",
        share: 0.08,
        plan_changed: true,
        now: { time_per_second: 0.31, calls_per_second: 430, ms_per_call: 0.72, rows_per_call: 12 },
        before: { time_per_second: 0.04, calls_per_second: 880, ms_per_call: 0.045, rows_per_call: 1 },
      }),
      statementChange({
        digest: "c0de",
        schema: "",
        text: "COMMIT",
        share: -0.07,
        now: { time_per_second: 0.02, calls_per_second: 44, ms_per_call: 0.45, rows_per_call: 0 },
        before: { time_per_second: 0.09, calls_per_second: 95, ms_per_call: 0.95, rows_per_call: 0 },
      }),
      statementChange({
        digest: "beef",
        schema: "",
        text: "SELECT d_next_o_id FROM district WHERE d_id = ? AND d_w_id = ? FOR UPDATE",
        share: -0.02,
        now: { time_per_second: 0, calls_per_second: 0, ms_per_call: 0, rows_per_call: 0 },
        before: { time_per_second: 0.03, calls_per_second: 30, ms_per_call: 1, rows_per_call: 1 },
      }),
    ],
    note_en: "",
    note_zh: "",
    ...part,
  };
}

export function expectedShift(): S["ExpectedShift"] {
  return {
    nodes: ["n1", "n2"],
    since: "2026-11-24T03:12:05Z",
    until: "2026-11-24T03:14:05Z",
    reason_en: "leaders moved to n2 at 03:12",
    reason_zh: "03:12 主副本切换到 n2",
  };
}

function load(part: Partial<S["TenantLoad"]>): S["TenantLoad"] {
  return {
    node: "n1",
    statements_per_second: 0,
    commits_per_second: 0,
    cpu_cores: 0.02,
    cpu_limit_cores: 1,
    queue_wait_ms: 0.01,
    memstore_used: 0.01,
    memory_used: 0.2,
    active_sessions: 0,
    ...part,
  };
}

const kAddresses = ["10.0.0.1:2882", "10.0.0.2:2882", "10.0.0.3:2882"];

function replicas(leader: number | null, part: Partial<S["LogStreamReplica"]> = {}): S["LogStreamReplica"][] {
  return kAddresses.map((server, index) => ({
    server,
    is_leader: index === leader,
    in_sync: true,
    lag_s: index === leader ? null : 0.02,
    ...(index === 2 ? part : {}),
  }));
}

export function server(part: Partial<S["DatabaseServer"]> = {}): S["DatabaseServer"] {
  return {
    address: "10.0.0.1:2882",
    sql_port: 2881,
    zone: "zone1",
    status: "ACTIVE",
    is_root_service: false,
    version: "4.3.5.2",
    node: "n1",
    ...part,
  };
}

// Three zones: n2 leads the shop, the third server is not watched and lags.
export function structure(part: Partial<S["DatabaseStructure"]> = {}): S["DatabaseStructure"] {
  const units = (tenant: number, cores: number, memory_bytes: number) =>
    kAddresses.map((address, index) => ({
      id: tenant * 10 + index,
      tenant,
      server: address,
      zone: `zone${String(index + 1)}`,
      max_cpu_cores: cores,
      memory_bytes,
      log_disk_bytes: 3 * memory_bytes,
      status: "ACTIVE",
    }));
  return {
    time: kRead,
    database: "oceanbase",
    version: "4.3.5.2",
    zones: ["zone1", "zone2", "zone3"].map((name) => ({ name, status: "ACTIVE", region: "hangzhou", idc: "" })),
    servers: [
      server({ is_root_service: true }),
      server({ address: "10.0.0.2:2882", zone: "zone2", node: "n2" }),
      server({ address: "10.0.0.3:2882", zone: "zone3", node: null, version: "4.3.5.1" }),
    ],
    tenants: [
      { id: 1, name: "sys", kind: "system", status: "NORMAL", mode: "MYSQL", primary_zone: "RANDOM", loads: [load({}), load({ node: "n2" })] },
      { id: 1001, name: "META$1002", kind: "meta", status: "NORMAL", mode: "MYSQL", primary_zone: "zone2", loads: [load({})] },
      {
        id: 1002,
        name: "shop",
        kind: "user",
        status: "NORMAL",
        mode: "MYSQL",
        primary_zone: "zone2;zone1,zone3",
        loads: [
          load({ node: "n1", statements_per_second: 12, commits_per_second: 1, cpu_cores: 0.21, cpu_limit_cores: 4, memory_used: 0.31 }),
          load({
            node: "n2",
            statements_per_second: 1840,
            commits_per_second: 120,
            cpu_cores: 3.4,
            cpu_limit_cores: 4,
            queue_wait_ms: 1.8,
            memstore_used: 0.62,
            memory_used: 0.74,
            active_sessions: 9,
          }),
        ],
      },
    ],
    units: [...units(1, 1, 2 * kGiB), ...units(1002, 4, 8 * kGiB)],
    log_streams: [
      { tenant: 1, id: 1, replicas: replicas(0) },
      { tenant: 1001, id: 1, replicas: replicas(1) },
      { tenant: 1002, id: 1, replicas: replicas(1) },
      { tenant: 1002, id: 1001, replicas: replicas(1, { in_sync: false, lag_s: 42 }) },
    ],
    missing: [],
    ...part,
  };
}

// One server that is a database of its own.
export function singleStructure(): S["DatabaseStructure"] {
  const address = "127.0.0.1:2881";
  return {
    time: kRead,
    database: "oceanbase",
    version: "4.3.5.3",
    zones: [{ name: "zone1", status: "ACTIVE", region: "", idc: "" }],
    servers: [server({ address, is_root_service: true, version: "4.3.5.3" })],
    tenants: [
      {
        id: 1,
        name: "sys",
        kind: "system",
        status: "NORMAL",
        mode: "MYSQL",
        primary_zone: "zone1",
        loads: [load({ statements_per_second: 230, commits_per_second: 14, cpu_cores: 0.6, cpu_limit_cores: 2, active_sessions: 3 })],
      },
    ],
    units: [
      { id: 1, tenant: 1, server: address, zone: "zone1", max_cpu_cores: 2, memory_bytes: kGiB, log_disk_bytes: 2 * kGiB, status: "NORMAL" },
    ],
    log_streams: [{ tenant: 1, id: 1, replicas: [{ server: address, is_leader: true, in_sync: true, lag_s: null }] }],
    missing: ["n1 is a database of its own: it has no zones, peers or tenants beside sys"],
  };
}

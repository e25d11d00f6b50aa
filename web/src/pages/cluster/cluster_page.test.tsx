import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import type { Schemas } from "@/api/client";
import { axeViolations } from "@/testing/axe";
import * as database from "@/testing/database_fixtures";
import { problem, startFakeApi, type FakeApi } from "@/testing/fake_api";
import * as fixtures from "@/testing/fixtures";
import { renderApp } from "@/testing/render_app";

let api: FakeApi;
beforeEach(() => {
  api = startFakeApi();
});

describe("Cluster", () => {
  it("answers in words and shows each signal for all nodes side by side", async () => {
    renderApp("/c/lab");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("lab n2 is short of CPU since 11:12 +08:00");
    for (const node of ["n1", "n2", "n3"]) {
      expect(await screen.findByRole("img", { name: new RegExp(`Client transactions, ${node}:`) })).toBeInTheDocument();
    }
  });

  it("keeps range and view in the address", async () => {
    const { user, history } = renderApp("/c/lab");
    await user.click(await screen.findByRole("radio", { name: "30 min" }));
    await user.click(await screen.findByRole("radio", { name: "Overlaid" }));
    await waitFor(() => {
      expect(history.location.search).toBe("?range=30m&view=overlaid");
    });
    expect(api.requests.some((request) => request.includes("from=2026-11-24T02%3A43") && request.includes("to=2026-11-24T03%3A13"))).toBe(true);
  });

  it("shows a fixed range as it was, with the way back to live", async () => {
    const { user, history } = renderApp("/c/lab?from=2026-11-24T03:00:00Z&to=2026-11-24T03:05:00Z");
    await user.click(await screen.findByRole("button", { name: "Back to live" }));
    await waitFor(() => {
      expect(history.location.search).toBe("");
    });
  });

  it("lists what was done to the cluster", async () => {
    api.on("GET /api/v1/clusters/lab/changes", {
      body: { changes: [{ time: fixtures.kStarted, kind: "parameter", node: "n2", description: "innodb_buffer_pool_size 256M → 64M" }] },
    });
    renderApp("/c/lab");
    expect(await screen.findByText(/innodb_buffer_pool_size/)).toBeInTheDocument();
    expect(screen.getByText("Parameter")).toBeInTheDocument();
  });

  it("says the words for what an OceanBase cluster does to itself", async () => {
    const kinds = ["tenant", "rebalance", "freeze", "compaction"] as const;
    api.on("GET /api/v1/clusters/lab/changes", {
      body: { changes: kinds.map((kind) => ({ time: fixtures.kStarted, kind, node: null, description: `a ${kind}` })) },
    });
    renderApp("/c/lab");
    for (const word of ["Tenant", "Rebalance", "Freeze", "Compaction"]) expect(await screen.findByText(word)).toBeInTheDocument();
  });

  it("says which node leads, where that is known", async () => {
    const nodes = [fixtures.node({ role: "leader" }), fixtures.node({ name: "n2", role: "follower" }), fixtures.node({ name: "n3" })];
    api.on("GET /api/v1/clusters/lab", { body: fixtures.cluster({ nodes }) });
    renderApp("/c/lab");
    expect(await screen.findByText("leader")).toBeInTheDocument();
    expect(screen.getByText("follower")).toBeInTheDocument();
    expect(screen.queryByText("unknown")).not.toBeInTheDocument();
  });

  it("tells a shift that is expected, why and until when", async () => {
    api.on("GET /api/v1/clusters/lab", { body: fixtures.cluster({ expected: [database.expectedShift()] }) });
    renderApp("/c/lab");
    expect(await screen.findByRole("list", { name: "Expected shifts" })).toHaveTextContent(
      "Expected: leaders moved to n2 at 11:12 +08:00, until 11:14:05 +08:00",
    );
  });

  describe("the database's parts", () => {
    const card = () => screen.findByRole("region", { name: "Database" });
    const answer = (structure: Schemas["DatabaseStructure"]) => {
      api.on("GET /api/v1/clusters/lab", { body: fixtures.cluster({ has_structure: true }) });
      api.on("GET /api/v1/clusters/lab/structure", { body: structure });
    };
    const row = async (name: RegExp): Promise<HTMLElement> => within(await card()).findByRole("row", { name });

    it("are not asked for where the database tells none", async () => {
      renderApp("/c/lab");
      await screen.findByRole("region", { name: "Golden signals" });
      expect(screen.queryByRole("region", { name: "Database" })).not.toBeInTheDocument();
      expect(api.requests.some((request) => request.includes("/structure"))).toBe(false);
    });

    it("show servers by zone: who holds the root service, which is not watched, whose version differs", async () => {
      answer(database.structure());
      renderApp("/c/lab");
      expect(await within(await card()).findByText("What OceanBase 4.3.5.2 says of its own parts")).toBeInTheDocument();
      const servers = within(await card()).getAllByRole("listitem");
      expect(servers.find((item) => item.textContent === "ACTIVEn1 10.0.0.1:2882root service")).toBeDefined();
      expect(servers.find((item) => item.textContent === "ACTIVE10.0.0.3:2882not watched4.3.5.1")).toBeDefined();
    });

    it("mark a zone or a server that is down", async () => {
      const structure = database.structure();
      answer({
        ...structure,
        zones: structure.zones.map((zone) => ({ ...zone, status: "INACTIVE" })),
        servers: [database.server({ status: "INACTIVE", zone: "zone9" }), database.server({ address: "10.0.0.9:2882", status: "", zone: "" })],
      });
      renderApp("/c/lab");
      await within(await card()).findByText("zone9");
      expect(within(await card()).getAllByText("INACTIVE")).toHaveLength(4);
      expect(within(await card()).getByText("Without a zone")).toBeInTheDocument();
      expect(within(await card()).getByText("status not told")).toBeInTheDocument();
    });

    it("show what each tenant does on each node, user tenants first", async () => {
      answer(database.structure());
      renderApp("/c/lab");
      expect(await row(/^n2 4.cores · 8\.59.GB · log 25\.8.GB/)).toHaveTextContent(
        /1\.84.k\/s.*120\/s.*3\.4 of 4.cores.*1\.8.ms.*62.%.*74.%.*9$/,
      );
      expect(await row(/^10\.0\.0\.3:2882 4.cores/)).toHaveTextContent(/Statements–Commits–/);
      const tenants = within(await card()).getAllByRole("rowheader");
      expect(tenants.map(({ textContent }) => textContent.split(" ")[0])).toEqual(["shop", "sys"]);
    });

    it("fold META tenants and their log streams away; the address keeps them unfolded", async () => {
      answer(database.structure());
      const { user, history } = renderApp("/c/lab");
      await row(/^n2 4.cores/);
      expect(await card()).not.toHaveTextContent("META$1002");
      expect(await card()).toHaveTextContent("1 more that has a leader and is in sync");
      await user.click(within(await card()).getByRole("button", { name: "Show all parts" }));
      await waitFor(() => {
        expect(history.location.search).toBe("?parts=all");
      });
      expect(await card()).toHaveTextContent("META$1002");
      expect(within(await card()).getByRole("button", { name: "Show fewer" })).toBeInTheDocument();
    });

    it("show who leads a log stream, who is behind and who is out of sync, what is wrong first", async () => {
      answer(database.structure());
      renderApp("/c/lab");
      await row(/^n2 4.cores/);
      const streams = within(await card())
        .getAllByText(/^log stream/)
        .map((name) => name.closest("li")?.textContent);
      expect(streams[0]).toBe("shop log stream 1001n2leadern120\u00a0ms behind10.0.0.3:2882out of sync42\u00a0s behind");
      expect(streams[1]).toBe("shop log stream 1n2leadern120\u00a0ms behind10.0.0.3:288220\u00a0ms behind");
    });

    it("never hide a log stream without a leader, however many are healthy", async () => {
      const base = database.structure();
      const healthy = base.log_streams.slice(2, 3);
      const many = Array.from({ length: 30 }, (_none, id) => healthy.map((stream) => ({ ...stream, id: 2000 + id }))).flat();
      const orphan = { tenant: 1001, id: 7, replicas: [{ server: "10.0.0.1:2882", is_leader: false, in_sync: true, lag_s: null }] };
      answer({ ...base, log_streams: [...many, orphan] });
      renderApp("/c/lab");
      expect(await within(await card()).findByText("no leader")).toBeInTheDocument();
      expect(await card()).toHaveTextContent("22 more that have a leader and are in sync");
    });

    it("say what is not told", async () => {
      answer(database.structure({ missing: ["units: the account may not read DBA_OB_UNITS"], units: [], zones: [], servers: [], log_streams: [] }));
      renderApp("/c/lab");
      expect(await within(await card()).findByText("units: the account may not read DBA_OB_UNITS")).toBeInTheDocument();
      expect(await card()).toHaveTextContent("No server is told");
      expect(await row(/^n2 – 1\.84/)).toHaveTextContent("3.4 of 4");
    });

    it("are as plain for a single server", async () => {
      answer(database.singleStructure());
      renderApp("/c/lab");
      expect(await row(/sys.*n1 2.cores · 1\.07.GB · log 2\.15.GB/)).toHaveTextContent(/230\/s/);
      expect(await card()).toHaveTextContent("n1 is a database of its own");
      expect(within(await card()).queryByRole("button", { name: "Show all parts" })).not.toBeInTheDocument();
    });

    it("say when they can't be loaded, and try again", async () => {
      answer(database.structure());
      api.on("GET /api/v1/clusters/lab/structure", problem(404, "the database told nothing yet"));
      const { user } = renderApp("/c/lab");
      const alert = await within(await card()).findByRole("alert");
      expect(alert).toHaveTextContent("the database told nothing yet");
      api.on("GET /api/v1/clusters/lab/structure", { body: database.structure() });
      await user.click(within(alert).getByRole("button", { name: "Try again" }));
      expect(await row(/^n2 4.cores/)).toBeInTheDocument();
    });

    it("follow the cluster", async () => {
      answer(database.singleStructure());
      renderApp("/c/lab");
      await row(/sys.*n1 2.cores/);
      answer(database.structure());
      api.send("cluster", fixtures.cluster({ has_structure: true }));
      expect(await within(await card()).findByText("zone3", undefined, { timeout: 5000 })).toBeInTheDocument();
    });

    it("speak Chinese", async () => {
      answer(database.structure());
      renderApp("/c/lab", "zh");
      const chinese = await screen.findByRole("region", { name: "数据库" });
      expect(await within(chinese).findByText("总控服务")).toBeInTheDocument();
      expect(within(chinese).getByText("未同步")).toBeInTheDocument();
    });

    it("are readable for those who listen", async () => {
      answer(database.structure());
      renderApp("/c/lab?parts=all");
      await row(/^n2 4.cores/);
      expect(await axeViolations(await card())).toEqual([]);
    });
  });

  it("offers a way on when there is no such cluster", async () => {
    api.on("GET /api/v1/clusters/abc", problem(404, "no cluster abc"));
    renderApp("/c/abc");
    expect(await screen.findByText("No cluster is called “abc”")).toBeInTheDocument();
  });
});

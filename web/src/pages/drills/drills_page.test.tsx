import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import type { NewDrill } from "@/api/drills";
import { problem, startFakeApi, type FakeApi } from "@/testing/fake_api";
import * as fixtures from "@/testing/fixtures";
import { renderApp } from "@/testing/render_app";

const run = { run: "quick-20261124T031205", suite: "quick", started: fixtures.kStarted };
const plan = {
  faults: [
    {
      kind: "cpu",
      target: { scope: "node", node: "n1" },
      number: 2,
      prepare: [],
      start: ["on n1: run stress-ng --cpu 2"],
      stop: ["on n1: end all of group f1"],
      restore: [],
    },
  ],
};

let api: FakeApi;
const bodies: NewDrill[] = [];
beforeEach(() => {
  bodies.length = 0;
  api = startFakeApi();
  api.on("POST /api/v1/drills/plan", async (request) => {
    bodies.push((await request.json()) as NewDrill);
    return { body: plan };
  });
});

// jsdom has no modal dialogs.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.setAttribute("open", "");
};

describe("Drills", () => {
  it("answers in words whether it works here", async () => {
    api.on("GET /api/v1/drills/export", {
      body: fixtures.scorecard([fixtures.drill()], [{ ...run, totals: fixtures.totals({ judged: 8, passed: 7, detected_median_s: 4.1 }) }]),
    });
    renderApp("/drills");
    expect(await screen.findByRole("heading", { level: 1, name: /Does it work here\? Last run: 7 of 8 passed, found in 4\.1\ss/ })).toBeInTheDocument();
  });

  it("says so where nothing was tried, and what to do", async () => {
    renderApp("/drills");
    expect(await screen.findByRole("heading", { level: 1, name: /Not tried yet/ })).toBeInTheDocument();
    expect(await screen.findByText("No drill so far")).toBeInTheDocument();
  });

  it("explains why drills are not possible, in the server's words too", async () => {
    api.on("GET /api/v1/faults", { body: fixtures.faults({ enabled: false, reason: "this cluster is a replay", kinds: [], targets: [], suites: [] }) });
    renderApp("/drills");
    expect(await screen.findByText("Drills are not possible here")).toBeInTheDocument();
    expect(screen.getByText("this cluster is a replay")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Copy make lab" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Dry run" })).not.toBeInTheDocument();
  });

  it("shows the exact steps of a dry run and starts nothing", async () => {
    const { user } = renderApp("/drills");
    await user.click(await screen.findByRole("button", { name: "Dry run" }));
    const dialog = await screen.findByRole("dialog", { name: "Dry run" });
    expect(await within(dialog).findByText("on n1: run stress-ng --cpu 2")).toBeInTheDocument();
    expect(within(dialog).queryByRole("button", { name: "Break it now" })).not.toBeInTheDocument();
    expect(bodies).toEqual([{ faults: [{ kind: "cpu", node: "n1", strength: "medium" }], duration_s: 40 }]);
  });

  it("starts only after the last question, and then shows how it goes", async () => {
    const waiting = fixtures.drill({ id: 13, phase: "waiting", injected: null, undone: null, detected_s: null, right_first_s: null, incident_id: null });
    api.on("POST /api/v1/drills", (request) => {
      // The scorecard that is loaded after the start has it too.
      api.on("GET /api/v1/drills/export", { body: fixtures.scorecard([waiting]) });
      return request.headers.get("X-CSRF-Token") === null ? problem(403, "no token") : { status: 202, body: { drills: [waiting] } };
    });
    const { user } = renderApp("/drills");
    await user.click(await screen.findByRole("button", { name: /Run suite quick \(8 drills\)/ }));
    const dialog = await screen.findByRole("dialog", { name: "Break it for real?" });
    expect(api.requests).not.toContain("POST /api/v1/drills");
    await waitFor(() => {
      expect(within(dialog).getByRole("button", { name: "Break it now" })).toBeEnabled();
    });
    await user.click(within(dialog).getByRole("button", { name: "Break it now" }));
    const running = await screen.findByRole("region", { name: "Running now" });
    expect(running).toHaveTextContent(/CPU taken on n2/);
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(bodies).toEqual([{ suite: "quick", duration_s: 40 }]);
  });

  it("tells why a plan or a start is refused", async () => {
    api.on("POST /api/v1/drills", problem(409, "drill 3 is running"));
    const { user } = renderApp("/drills");
    await user.click(await screen.findByRole("button", { name: "Start …" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByText("on n1: run stress-ng --cpu 2");
    await user.click(within(dialog).getByRole("button", { name: "Break it now" }));
    expect(await within(dialog).findByText(/drill 3 is running/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole("button", { name: "Leave it alone" }));
    api.on("POST /api/v1/drills/plan", problem(409, "n1 is down"));
    await user.click(screen.getByRole("button", { name: "Dry run" }));
    expect(await screen.findByText(/n1 is down/)).toBeInTheDocument();
  });

  it("keeps what is drafted in the address: several faults, numbers, duration", async () => {
    const { user, history } = renderApp("/drills");
    await user.click(await screen.findByRole("button", { name: "+ another fault at the same time" }));
    const rows = () => within(screen.getByRole("list", { name: "Faults that begin together" })).getAllByRole("listitem");
    await waitFor(() => {
      expect(rows()).toHaveLength(2);
    });
    const second = () => within(rows().at(-1) ?? document.body);
    await user.selectOptions(second().getByRole("combobox", { name: "Fault" }), "surge");
    await waitFor(() => {
      expect(second().getByRole("combobox", { name: "Node" })).toBeDisabled();
    });
    await user.click(second().getByRole("radio", { name: "High" }));
    await waitFor(() => {
      expect(decodeURIComponent(history.location.search)).toContain('["cpu:n1:medium","surge::high"]');
    });
    await user.click(screen.getByRole("button", { name: "Dry run" }));
    await screen.findByRole("dialog");
    expect(bodies[0]?.faults?.[1]).toEqual({ kind: "surge", strength: "high" });
  });

  it("offers no kind that this system can't do, and refuses a number out of bounds", async () => {
    renderApp('/drills?fault=["cpu:n2:99"]');
    expect(await screen.findByRole("option", { name: /Packet loss \(not here: the kernel has no netem\)/ })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Dry run" })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Start …" })).toBeDisabled();
  });

  it("follows a running drill by events, and undoes it", async () => {
    const active = fixtures.drill({ id: 13, phase: "active", injected: fixtures.kStarted, undone: null, detected_s: null, right_first_s: null, rank: 0, incident_id: null, passed: false });
    api.on("GET /api/v1/drills/export", { body: fixtures.scorecard([active]) });
    api.on("POST /api/v1/drills/13/cancel", { status: 202, body: { ...active, phase: "recovering" } });
    const { user } = renderApp("/drills");
    const running = await screen.findByRole("region", { name: "Running now" });
    expect(running).toHaveTextContent(/At work1 min \/ 40\ss/);
    expect(running).toHaveTextContent(/Found afternot yet/);
    expect(screen.getByRole("button", { name: "Start …" })).toBeDisabled();
    await screen.findByText("Live");
    api.send("drill", { ...active, detected_s: 4.1, rank: 2, incident_id: 7 });
    await waitFor(() => {
      expect(running).toHaveTextContent(/Found after4\.1\ss.*Rank2/);
    });
    await user.click(within(running).getByRole("button", { name: "Undo now" }));
    await waitFor(() => {
      expect(api.requests).toContain("POST /api/v1/drills/13/cancel");
    });
  });

  it("says when the undo failed", async () => {
    api.on("GET /api/v1/drills/export", { body: fixtures.scorecard([fixtures.drill({ id: 13, phase: "active" })]) });
    api.on("POST /api/v1/drills/13/cancel", problem(409, "drill 13 is over"));
    const { user } = renderApp("/drills");
    await user.click(await screen.findByRole("button", { name: "Undo now" }));
    expect(await screen.findByText(/drill 13 is over/)).toBeInTheDocument();
  });

  it("lists past drills by run with word, numbers, reason and incident", async () => {
    const missed = fixtures.drill({ id: 11, passed: false, detected_s: null, right_first_s: null, rank: 0, resolved_s: null, incident_id: null, message: "no incident came" });
    const single = fixtures.drill({ id: 9, suite: "", run: "", phase: "cancelled", passed: false, incident_id: null });
    api.on("GET /api/v1/drills/export", {
      body: fixtures.scorecard(
        [fixtures.drill(), missed, single],
        [
          { ...run, totals: fixtures.totals({ judged: 2, passed: 1 }) },
          { run: "", suite: "", started: fixtures.kStarted, totals: fixtures.totals({ judged: 0, passed: 0, not_judged: 1, detected_median_s: null }) },
        ],
      ),
    });
    renderApp("/drills");
    const table = await screen.findByRole("table", { name: "Scorecard" });
    const rows = within(table).getAllByRole("row");
    expect(rows[1]).toHaveTextContent(/quick.*1 of 2 passed.*found in 4\.1\ss/);
    expect(rows[2]).toHaveTextContent(/passedCPU taken on n2 #124\.1\ss4\.1\ss112\ss0#7/);
    expect(rows[3]).toHaveTextContent(/not passedCPU taken on n2 #11no incident camemissednever/);
    expect(rows[4]).toHaveTextContent(/single drill/);
    expect(rows[5]).toHaveTextContent(/cancelled/);
    expect(within(table).getByRole("link", { name: "Open incident 7" })).toHaveAttribute("href", "/incidents/7");
    expect(screen.getByRole("link", { name: "Markdown" })).toHaveAttribute("href", "/api/v1/drills/export?format=md");
  });

  it("owes no detection for a control", async () => {
    const faults = [{ kind: "compaction", target: { scope: "node" as const, node: "n2" }, number: 3, problem: "unknown" }];
    const silent = { detected_s: null, right_first_s: null, rank: 0, incident_id: null };
    const runs = [{ ...run, totals: fixtures.totals({ judged: 1, passed: 1 }) }];
    api.on("GET /api/v1/drills/export", { body: fixtures.scorecard([fixtures.drill({ ...silent, faults })], runs) });
    renderApp("/drills");
    const table = await screen.findByRole("table", { name: "Scorecard" });
    const row = within(table).getByRole("row", { name: /Compactions/ });
    expect(row).toHaveTextContent(/^passed/);
    expect(row).not.toHaveTextContent(/missed|never/);
  });

  it("draws the trend once there are two runs", async () => {
    api.on("GET /api/v1/drills/export", {
      body: fixtures.scorecard(
        [],
        [
          { ...run, totals: fixtures.totals({ judged: 8, passed: 8, detected_median_s: 4 }) },
          { ...run, run: "quick-1", totals: fixtures.totals({ judged: 8, passed: 6, detected_median_s: 9 }) },
        ],
      ),
    });
    renderApp("/drills");
    const trend = await screen.findByRole("region", { name: "Trend by run" });
    const runs = within(trend).getAllByRole("listitem");
    expect(runs[0]).toHaveTextContent(/9\.0\ss6\/8/);
    expect(runs[1]).toHaveTextContent(/4\.0\ss8\/8/);
  });

  it("shows what could not be loaded, and tries again", async () => {
    api.on("GET /api/v1/faults", problem(500, "DistDiag failed to answer"));
    const { user } = renderApp("/drills");
    expect(await screen.findByText(/What can be broken could not be loaded/, undefined, { timeout: 5000 })).toBeInTheDocument();
    api.on("GET /api/v1/faults", { body: fixtures.faults() });
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("button", { name: "Dry run" })).toBeInTheDocument();
  });

  it("is told in Chinese, too", async () => {
    renderApp("/drills", "zh");
    expect(await screen.findByRole("heading", { level: 1, name: /在这里有效吗？/ })).toBeInTheDocument();
    expect(await screen.findByRole("button", { name: "试运行" })).toBeInTheDocument();
  });

  it("is in the navigation and two keys away", async () => {
    const { user, history } = renderApp("/");
    expect(await screen.findByRole("link", { name: "Drills" })).toBeInTheDocument();
    await screen.findByText("Live");
    await user.keyboard("gd");
    await waitFor(() => {
      expect(history.location.pathname).toBe("/drills");
    });
  });
});

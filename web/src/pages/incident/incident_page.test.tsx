import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { axeViolations } from "@/testing/axe";
import * as database from "@/testing/database_fixtures";
import { problem, startFakeApi, type FakeApi } from "@/testing/fake_api";
import * as fixtures from "@/testing/fixtures";
import { renderApp } from "@/testing/render_app";

let api: FakeApi;
beforeEach(() => {
  api = startFakeApi();
});

async function verdict(): Promise<HTMLElement> {
  return screen.findByRole("region", { name: "Verdict" });
}

describe("Incident", () => {
  it("gives the verdict with probability, evidence, runner-up, stability and impact", async () => {
    renderApp("/incidents/7");
    const card = await verdict();
    expect(await within(card).findByText("CPU saturated")).toBeInTheDocument();
    expect(card).toHaveTextContent(/n2·CPU saturated94 %/);
    expect(card).toHaveTextContent("CPU used by other processes is 0.49 cores, expected 0.03 to 0.15 cores, since 11:12:05 +08:00");
    expect(card).toHaveTextContent(/n2 · Disk I\/O saturated \(12 %\) — its disk is idle: 3 % utilised/);
    expect(card).toHaveTextContent("first in 19 of 20");
    expect(card).toHaveTextContent(/Found in8 s/);
    expect(card).toHaveTextContent(/30\/s \(−67 %\)before: 90\/s/);
    expect(card).toHaveTextContent(/210 ms \(×3\.28\)/);
  });

  it("shows what the sequence model saw beside the verdict, not in it", async () => {
    renderApp("/incidents/7");
    const card = await screen.findByRole("region", { name: "Second opinion" });
    expect(card).toHaveTextContent(/n2 · sequence model.*95th percentile is 210 ms/);
    expect(await verdict()).not.toHaveTextContent("95th percentile is 210 ms");
  });

  it("shows the worst of much advice, the rest when asked", async () => {
    const advice = ["c_p95_ms", "c_tps", "h_cpu_ext", "h_cpu_user"].map((metric) => fixtures.evidence({ metric, detector: "sequence" }));
    api.on("GET /api/v1/incidents/7", { body: fixtures.incident({ advice }) });
    const { user } = renderApp("/incidents/7");
    const card = await screen.findByRole("region", { name: "Second opinion" });
    expect(within(card).getAllByRole("listitem")).toHaveLength(3);
    await user.click(within(card).getByRole("button", { name: "Show all 4" }));
    expect(within(card).getAllByRole("listitem")).toHaveLength(4);
  });

  it("says nothing of advice where there is none", async () => {
    api.on("GET /api/v1/incidents/7", { body: fixtures.incident({ advice: [] }) });
    renderApp("/incidents/7");
    await verdict();
    expect(screen.queryByRole("region", { name: "Second opinion" })).not.toBeInTheDocument();
  });

  it("heads the page with the answer, its age and its start", async () => {
    renderApp("/incidents/7");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("n2: CPU saturated");
    expect(await screen.findByText("Open for 1 min")).toBeInTheDocument();
  });

  it("draws the abnormal node against peers and band, in words too", async () => {
    renderApp("/incidents/7");
    expect(await screen.findByRole("img", { name: /CPU used by other processes: n1 0\.04.cores n2 0\.49.cores n3 0\.05.cores expected 0\.03 to 0\.15.cores/ })).toBeInTheDocument();
  });

  it("tells who moved first", async () => {
    renderApp("/incidents/7");
    const card = await screen.findByRole("region", { name: "Who moved first" });
    await within(card).findByText("CPU used by other processes");
    const [first, second] = within(card).getAllByRole("listitem");
    expect(first).toHaveTextContent(/n2.*CPU used by other processes.*first mover.*\+0 s/);
    expect(second).toHaveTextContent(/n1.*\+8 s/);
  });

  describe("statements", () => {
    const card = () => screen.findByRole("region", { name: "Statements" });
    const row = async (text: string): Promise<HTMLElement> => {
      const code = await within(await card()).findByText(text, { exact: false });
      const found = code.closest("tr");
      if (found === null) throw new Error(`${text} stands in no row`);
      return found;
    };

    it("tell per node what explains the change: now against before, in words and arrows", async () => {
      renderApp("/incidents/7");
      const update = await row("UPDATE stock");
      expect(update).toHaveTextContent(/^\+58.%/);
      expect(update).toHaveTextContent(/↓ −50.%45\/sbefore 90\/s/);
      expect(update).toHaveTextContent(/↑ ×79\.953\.3.msbefore 0\.667.ms/);
      expect(update).toHaveTextContent(/↑ ×402\.4.s\/sbefore 0\.06.s\/s/);
      expect(within(update).getByText("waits: row lock wait")).toBeInTheDocument();
      expect(within(update).getByRole("button", { name: /^Copy UPDATE stock/ })).toBeInTheDocument();
      expect(await card()).toHaveTextContent("11:12:05–11:13:05 against 11:11:05–11:12:05 before (+08:00)");
      expect(within(await card()).getByRole("rowheader", { name: "n2" })).toBeInTheDocument();
    });

    it("mark what is new, what changed its plan, what ran less and what stopped", async () => {
      renderApp("/incidents/7");
      const fresh = await row("SELECT c_id");
      expect(within(fresh).getByText("new")).toBeInTheDocument();
      expect(fresh).toHaveTextContent("did not run before");
      expect(within(await row("SELECT i_price")).getByText("plan changed")).toBeInTheDocument();
      expect(await row("COMMIT")).toHaveTextContent(/^−7.%/);
      expect(await row("SELECT d_next_o_id")).toHaveTextContent(/−100.%0\/s.*–before 1.ms/);
    });

    it("give the verdict the one statement that explains much, of the blamed node only", async () => {
      const other = database.statementChange({ node: "n1", text: "DELETE FROM new_order", share: 0.9 });
      api.on("GET /api/v1/incidents/7/statements", { body: database.statements({ changes: [...database.statements().changes, other] }) });
      renderApp("/incidents/7");
      const verdictCard = await verdict();
      expect(await within(verdictCard).findByText(/\+58.% of the change on n2:/)).toHaveTextContent("UPDATE stock");
      expect(verdictCard).not.toHaveTextContent("DELETE FROM new_order");
      expect(verdictCard).not.toHaveTextContent("SELECT c_id");
    });

    it("leave the verdict alone when none explains much", async () => {
      api.on("GET /api/v1/incidents/7/statements", { body: database.statements({ changes: [database.statementChange({ share: 0.29 })] }) });
      renderApp("/incidents/7");
      await row("UPDATE stock");
      expect(await verdict()).not.toHaveTextContent("of the change on");
    });

    it("say what is missing beside what there is", async () => {
      api.on("GET /api/v1/incidents/7/statements", { body: database.statements({ note_en: "n2: 40 % of the calls were lost" }) });
      renderApp("/incidents/7");
      await row("UPDATE stock");
      expect(await card()).toHaveTextContent("n2: 40 % of the calls were lost");
    });

    it("say why there is nothing", async () => {
      const nothing = { calm_from: null, calm_to: null, trouble_from: null, trouble_to: null, changes: [] };
      api.on("GET /api/v1/incidents/7/statements", { body: database.statements({ ...nothing, note_en: "No statements were kept." }) });
      renderApp("/incidents/7");
      expect(await within(await card()).findByText("Statements could not be compared")).toBeInTheDocument();
      expect(await card()).toHaveTextContent("No statements were kept.");
      expect(await card()).not.toHaveTextContent("against");
    });

    it("say that none explains it when they were compared", async () => {
      api.on("GET /api/v1/incidents/7/statements", { body: database.statements({ changes: [] }) });
      renderApp("/incidents/7");
      expect(await within(await card()).findByText("No statement explains the change")).toBeInTheDocument();
    });

    it("follow the open incident", async () => {
      api.on("GET /api/v1/incidents/7/statements", { body: database.statements({ changes: [] }) });
      renderApp("/incidents/7");
      await within(await card()).findByText("No statement explains the change");
      api.on("GET /api/v1/incidents/7/statements", { body: database.statements() });
      api.send("incident", { change: "updated", incident: fixtures.summary() });
      expect(await row("UPDATE stock")).toBeInTheDocument();
    });

    it("say when they can't be loaded, and try again", async () => {
      api.on("GET /api/v1/incidents/7/statements", problem(500, "disk I/O error"));
      const { user } = renderApp("/incidents/7");
      const alert = await within(await card()).findByRole("alert");
      expect(alert).toHaveTextContent("The statements could not be loaded");
      api.on("GET /api/v1/incidents/7/statements", { body: database.statements() });
      await user.click(within(alert).getByRole("button", { name: "Try again" }));
      expect(await row("UPDATE stock")).toBeInTheDocument();
    });

    it("are readable for those who listen", async () => {
      renderApp("/incidents/7");
      await row("UPDATE stock");
      expect(await axeViolations(await card())).toEqual([]);
    });
  });

  it("keeps the picked vertex of the graph in the address", async () => {
    const { user, history } = renderApp("/incidents/7");
    await user.click(await screen.findByRole("button", { name: /n2: root cause relevance 3\.2 = 2\.8 of its own \+ 0\.4 propagated/ }));
    await waitFor(() => {
      expect(history.location.search).toContain("vertex=node%3An2");
    });
  });

  it("lets the reader choose among several causes", async () => {
    const surge = fixtures.cause({ target: { scope: "cluster", node: null }, problem: "surge", probability: 0.8, evidence: [] });
    const one = fixtures.incident();
    api.on("GET /api/v1/incidents/7", { body: { ...one, verdict: { ...one.verdict, ranking: [fixtures.cause(), surge] } } });
    const { user, history } = renderApp("/incidents/7");
    const card = await verdict();
    await user.click(await within(card).findByRole("button", { name: /whole cluster.*Workload surge.*80.%/ }));
    await waitFor(() => {
      expect(history.location.search).toBe("?cause=*.surge");
    });
    expect(card).toHaveTextContent("No single metric stands out");
  });

  it("says unknown when it is, and lists all that is abnormal", async () => {
    const one = fixtures.incident();
    const unknown = fixtures.cause({
      problem: "unknown",
      evidence: ["a", "b", "c", "d"].map((metric) => fixtures.evidence({ metric, sentence_en: `${metric} is odd` })),
    });
    api.on("GET /api/v1/incidents/7", { body: { ...one, verdict: { ...one.verdict, stability: null, ranking: [unknown] } } });
    renderApp("/incidents/7");
    const card = await verdict();
    expect(card).toHaveTextContent("No known problem fits well enough");
    expect(card).toHaveTextContent("d is odd");
    expect(card).toHaveTextContent("Nothing else came near");
    expect(card).not.toHaveTextContent("Stability");
  });

  it("stores a note and shows it; a refused one is said and kept in the field", async () => {
    api.on("POST /api/v1/incidents/7/notes", problem(500, "disk full"));
    const { user } = renderApp("/incidents/7");
    const field = await screen.findByRole("textbox", { name: "Note" });
    await user.type(field, "killed the backup");
    await user.click(screen.getByRole("button", { name: "Add note" }));
    expect(await screen.findByText(/disk full/)).toBeInTheDocument();
    expect(field).toHaveValue("killed the backup");
    api.on("POST /api/v1/incidents/7/notes", async (request) => ({
      status: 201,
      body: { id: 1, time: fixtures.kNow, ...((await request.json()) as object), author: "Li" },
    }));
    await user.click(screen.getByRole("button", { name: "Add note" }));
    expect(await screen.findByText("killed the backup", { selector: "p" })).toBeInTheDocument();
    expect(field).toHaveValue("");
  });

  it("shows the delivery log with failures in words", async () => {
    api.on("GET /api/v1/deliveries", {
      body: { deliveries: [fixtures.delivery({ state: "failed", attempts: 5, last_error: "connection refused" })] },
    });
    renderApp("/incidents/7");
    const log = await screen.findByRole("region", { name: "Delivery log" });
    expect(await within(log).findByText("connection refused")).toBeInTheDocument();
    expect(log).toHaveTextContent(/webhook.*opened.*failed.*×5/);
  });

  it("follows the incident live until it is over", async () => {
    renderApp("/incidents/7");
    await verdict();
    const over = fixtures.summary({ state: "resolved", resolved: fixtures.kNow });
    api.on("GET /api/v1/incidents/7", { body: fixtures.incident({ summary: over }) });
    api.send("incident", { change: "resolved", incident: over });
    expect(await screen.findByText("Resolved after 1 min")).toBeInTheDocument();
  });

  it("offers a way on when there is no such incident", async () => {
    api.on("GET /api/v1/incidents/8", problem(404, "no incident 8"));
    renderApp("/incidents/8");
    expect(await screen.findByText("There is no incident 8")).toBeInTheDocument();
  });
});

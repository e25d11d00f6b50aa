import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

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
    const [first, second] = within(card).getAllByRole("listitem");
    expect(first).toHaveTextContent(/n2.*CPU used by other processes.*first mover.*\+0 s/);
    expect(second).toHaveTextContent(/n1.*\+8 s/);
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

import { screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { expectedShift } from "@/testing/database_fixtures";
import { problem, startFakeApi, type FakeApi } from "@/testing/fake_api";
import * as fixtures from "@/testing/fixtures";
import { renderApp } from "@/testing/render_app";

let api: FakeApi;
beforeEach(() => {
  api = startFakeApi();
});

describe("Overview", () => {
  it("answers in words, in the reader's zone, before anything else", async () => {
    renderApp("/");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("lab: n2 is short of CPU since 11:12 +08:00");
    expect(screen.getByText("root cause")).toBeInTheDocument();
    expect(await screen.findByRole("link", { name: /n2: CPU saturated/ })).toHaveAttribute("href", "/incidents/7");
  });

  it("says that all is well", async () => {
    api.on("GET /api/v1/clusters", { body: { clusters: [fixtures.cluster({ state: "ok", open_incidents: [] })] } });
    renderApp("/");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("All is well: 1 cluster, no open incident");
  });

  it("turns with the events of the stream", async () => {
    api.on("GET /api/v1/clusters", { body: { clusters: [fixtures.cluster({ state: "ok", open_incidents: [] })] } });
    renderApp("/");
    await screen.findByText("All is well: 1 cluster, no open incident");
    api.send("cluster", fixtures.cluster());
    expect(await screen.findByText("lab: n2 is short of CPU since 11:12 +08:00")).toBeInTheDocument();
  });

  it("tells what it can't see", async () => {
    const spot = { node: "n3", group: "disk", since: fixtures.kStarted, text_en: "no disk metrics from n3 for 40 s", text_zh: "" };
    api.on("GET /api/v1/clusters", { body: { clusters: [fixtures.cluster({ blind_spots: [spot] })] } });
    renderApp("/");
    expect(await screen.findByText("no disk metrics from n3 for 40 s")).toBeInTheDocument();
  });

  it("tells quietly what shifts on purpose", async () => {
    api.on("GET /api/v1/clusters", { body: { clusters: [fixtures.cluster({ expected: [expectedShift()] })] } });
    renderApp("/");
    expect(await screen.findByRole("list", { name: "Expected shifts" })).toHaveTextContent(/Expected: leaders moved to n2 at 11:12/);
  });

  it("never calls a cluster well that it can't fully see", async () => {
    const headline = "Nothing abnormal is seen, but n3 can't be fully seen";
    api.on("GET /api/v1/clusters", {
      body: { clusters: [fixtures.cluster({ state: "blind", headline_en: headline, open_incidents: [] })] },
    });
    renderApp("/");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent(headline);
    expect(screen.getByText("Not fully seen")).toBeInTheDocument();
    expect(screen.queryByText("Healthy")).not.toBeInTheDocument();
  });

  it("tells the next step where nothing is watched", async () => {
    api.on("GET /api/v1/clusters", { body: { clusters: [] } });
    renderApp("/");
    expect(await screen.findByRole("button", { name: "Copy distdiag demo" })).toBeInTheDocument();
  });

  it("gives the server's words and a way on when it fails", async () => {
    api.on("GET /api/v1/clusters", problem(500, "the store is closed"));
    const { user } = renderApp("/");
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("the store is closed");
    api.on("GET /api/v1/clusters", { body: { clusters: [fixtures.cluster()] } });
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/n2 is short of CPU/)).toBeInTheDocument();
  });

  it("shows no demo where none runs", async () => {
    renderApp("/");
    await screen.findByText(/n2 is short of CPU/);
    expect(screen.queryByRole("region", { name: "Demo" })).not.toBeInTheDocument();
  });

  it("keeps the demo's score: injected against diagnosed, and that the model has not seen the cases", async () => {
    api.on("GET /api/v1/demo", { body: fixtures.demo() });
    renderApp("/");
    const panel = await screen.findByRole("region", { name: "Demo" });
    expect(panel).toHaveTextContent("1 of 2 right");
    expect(panel).toHaveTextContent("The model has not seen these cases");
    expect(await within(panel).findAllByText("CPU saturated", { exact: false })).toHaveLength(2);
    const [first, second] = within(panel).getAllByRole("listitem");
    expect(first).toHaveTextContent(/injectedn2 CPU saturateddiagnosedn2 CPU saturatedafter 8 sright#7A1_r1/);
    expect(second).toHaveTextContent(/injectedn3 Disk I\/O saturateddiagnosednot yetfault is on/);
  });

  it("speaks Chinese", async () => {
    const { user } = renderApp("/");
    await screen.findByText(/n2 is short of CPU/);
    await user.click(screen.getByRole("button", { name: "切换到中文" }));
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("lab：n2 自 11:12 +08:00 起 CPU 不足");
    expect(document.documentElement.lang).toBe("zh");
  });

  it("says that the connection is lost, and since when", async () => {
    renderApp("/");
    await screen.findByText("Live");
    api.goAway();
    expect(await screen.findByText("Not connected")).toBeInTheDocument();
    expect(await screen.findByText(/Connection to the server lost at/, undefined, { timeout: 5000 })).toBeInTheDocument();
  });
});

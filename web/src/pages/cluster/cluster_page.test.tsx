import { screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

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

  it("offers a way on when there is no such cluster", async () => {
    api.on("GET /api/v1/clusters/abc", problem(404, "no cluster abc"));
    renderApp("/c/abc");
    expect(await screen.findByText("No cluster is called “abc”")).toBeInTheDocument();
  });
});

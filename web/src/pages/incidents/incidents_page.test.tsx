import { screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { startFakeApi, type FakeApi } from "@/testing/fake_api";
import * as fixtures from "@/testing/fixtures";
import { renderApp } from "@/testing/render_app";

const resolved = fixtures.summary({ id: 6, state: "resolved", resolved: fixtures.kNow, title_en: "n3: Disk I/O saturated" });

let api: FakeApi;
beforeEach(() => {
  api = startFakeApi();
  api.on("GET /api/v1/incidents", { body: { incidents: [fixtures.summary(), resolved], next_before_id: null } });
});

describe("Incidents", () => {
  it("says how many are open and lists them newest first", async () => {
    renderApp("/incidents");
    expect(await screen.findByText("1 incident is open now")).toBeInTheDocument();
    const rows = await screen.findAllByRole("row");
    expect(rows[1]).toHaveTextContent(/Open.*n2: CPU saturated.*94 %.*11:12:05 \+08:00.*1 min.*8 s/);
    expect(rows[2]).toHaveTextContent(/Resolved.*n3: Disk I\/O saturated/);
  });

  it("marks what was judged", async () => {
    const judged = fixtures.summary({ id: 6, judgement: "wrong_node" });
    api.on("GET /api/v1/incidents", {
      body: { incidents: [fixtures.summary({ judgement: null }), judged, fixtures.summary({ id: 5, judgement: "confirmed" })], next_before_id: null },
    });
    renderApp("/incidents");
    const rows = await screen.findAllByRole("row");
    expect(rows[1]).not.toHaveTextContent("judged");
    expect(rows[2]).toHaveTextContent("judged: Wrong node");
    expect(rows[3]).toHaveTextContent("judged: Right");
  });

  it("keeps the filter in the address and asks the server by it", async () => {
    const { user, history } = renderApp("/incidents");
    await user.click(await screen.findByRole("radio", { name: "Resolved" }));
    await waitFor(() => {
      expect(history.location.search).toBe("?state=resolved");
    });
    expect(api.requests.some((request) => request.includes("/incidents?limit=50&state=resolved"))).toBe(true);
  });

  it("moves with j and k, opens with Enter", async () => {
    const { user, history } = renderApp("/incidents");
    await screen.findByText("n3: Disk I/O saturated");
    await user.keyboard("j");
    await waitFor(() => {
      expect(history.location.search).toBe("?at=7");
    });
    await user.keyboard("j");
    await waitFor(() => {
      expect(history.location.search).toBe("?at=6");
    });
    await user.keyboard("k");
    await waitFor(() => {
      expect(history.location.search).toBe("?at=7");
    });
    await user.keyboard("{Enter}");
    await waitFor(() => {
      expect(history.location.pathname).toBe("/incidents/7");
    });
  });

  it("is one key away from everywhere", async () => {
    const { user, history } = renderApp("/");
    await screen.findByText("Live");
    await user.keyboard("gi");
    await waitFor(() => {
      expect(history.location.pathname).toBe("/incidents");
    });
  });

  it("tells the next step when the filter leaves nothing", async () => {
    api.on("GET /api/v1/incidents", { body: { incidents: [], next_before_id: null } });
    renderApp("/incidents?state=resolved");
    expect(await screen.findByText("No incident here")).toBeInTheDocument();
  });

  it("loads older ones on demand", async () => {
    api.on("GET /api/v1/incidents", (request) =>
      new URL(request.url).searchParams.get("before_id") === "7"
        ? { body: { incidents: [resolved], next_before_id: null } }
        : { body: { incidents: [fixtures.summary()], next_before_id: 7 } },
    );
    const { user } = renderApp("/incidents");
    await user.click(await screen.findByRole("button", { name: "Show more" }));
    expect(await screen.findByText("n3: Disk I/O saturated")).toBeInTheDocument();
  });
});

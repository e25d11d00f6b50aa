import { screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";

import type { DetectorChange, DetectorDefinition, DetectorRestore } from "@/api/detectors";
import { axeViolations } from "@/testing/axe";
import * as detectors from "@/testing/detector_fixtures";
import { problem, startFakeApi, type FakeApi } from "@/testing/fake_api";
import * as fixtures from "@/testing/fixtures";
import { renderApp } from "@/testing/render_app";

const kPath = "/api/v1/clusters/lab/detectors";

let api: FakeApi;
let previews: DetectorDefinition[][];
beforeEach(() => {
  sessionStorage.clear();
  previews = [];
  api = startFakeApi();
  api.on(`POST ${kPath}/preview`, async (request) => {
    previews.push(((await request.json()) as { detectors: DetectorDefinition[] }).detectors);
    return { body: detectors.backtest() };
  });
});

// jsdom has no modal dialogs.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.setAttribute("open", "");
};

async function openPage(address = "/detectors") {
  const app = renderApp(address);
  await screen.findByRole("region", { name: "Definitions" });
  return app;
}

function row(name: string): HTMLElement {
  const found = screen.getByRole("button", { name }).closest("li");
  if (found === null) throw new Error(`no row ${name}`);
  return found;
}

async function switchOff(user: UserEvent, name: string) {
  await user.click(screen.getByRole("button", { name: `Switch off ${name}` }));
}

function bar(): HTMLElement {
  return screen.getByRole("region", { name: "Draft" });
}

async function submit(user: UserEvent, reason: string): Promise<HTMLElement> {
  await user.click(within(bar()).getByRole("button", { name: "Submit …" }));
  const dialog = await screen.findByRole("dialog", { name: "Submit these changes?" });
  await user.type(within(dialog).getByRole("textbox", { name: "Your name" }), "Lin");
  await user.type(within(dialog).getByRole("textbox", { name: "Reason" }), reason);
  await user.click(within(dialog).getByRole("button", { name: "Submit" }));
  return dialog;
}

describe("The alarm budget", () => {
  it("tells what was promised and what came of it", async () => {
    renderApp("/detectors");
    const card = await screen.findByRole("region", { name: "Alarm budget" });
    expect(card).toHaveTextContent(/Promised2 a weekRealised1 a week95 % between 0.206 and 2.92/);
    expect(card).toHaveTextContent(/Sent3in the last 21 d/);
    expect(card).toHaveTextContent(/Held back when they opened4Would be sent nowfrom 71\s%/);
  });

  it("says how to set one where there is none", async () => {
    const status = fixtures.status();
    const none = { pages_per_week: 0, watched_weeks: 1 / 168, pages: 1, held_back: 0, realised: 168, realised_low: 4.25, realised_high: 936, threshold: 0 };
    api.on("GET /api/v1/status", { body: { ...status, alarm_budget: none } });
    renderApp("/detectors");
    const card = await screen.findByRole("region", { name: "Alarm budget" });
    expect(card).toHaveTextContent(/notify.pages_per_week/);
    expect(card).toHaveTextContent(/Promisedno limit/);
    expect(card).toHaveTextContent(/Realisedtoo early/);
    expect(card).toHaveTextContent(/any incident/);
  });
});

describe("The detectors", () => {
  it("say at the top what is at work, and who changed it last", async () => {
    await openPage();
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("What watches what, and how strictly? 5 detectors watch 546 series");
    expect(screen.getByText(/^Version 7 by Ann, .* ago: “disk alarms too early”$/)).toBeInTheDocument();
  });

  it("say so where nothing was changed", async () => {
    api.on(`GET ${kPath}`, { body: detectors.shippedDetectors() });
    api.on(`GET ${kPath}/versions`, { body: { versions: [] } });
    await openPage();
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("2 detectors watch 546 series");
    expect(screen.getByText(/Nothing was changed/)).toBeInTheDocument();
    expect(await screen.findByText("No change so far")).toBeInTheDocument();
    expect(screen.getByText(/^No rule\./)).toBeInTheDocument();
  });

  it("list each with whom it fits, what differs and for how many it decides", async () => {
    await openPage();
    await waitFor(() => {
      expect(row("recent.disk")).toHaveTextContent("group Disk");
    });
    expect(row("recent.disk")).toHaveTextContent(/inherits from recent.*Band width 6\susual changes → 8\susual changes.*Ticks outside 3\sticks → 6\sticks.*20 series/);
    expect(row("recent.disk.n3")).toHaveTextContent(/on n3.*inherits from recent\.disk.*as inherited/);
    expect(row("peer.network")).toHaveTextContent(/off.*72 series left unwatched/);
    await waitFor(() => {
      expect(row("rule.h_disk_util")).toHaveTextContent(/Disk utilisation.*Above 95\s%.*For 60\ss → 120\ss/);
    });
  });

  it("show all values of one on demand, with whose they are; the address says which", async () => {
    const { user, history } = await openPage();
    await user.click(screen.getByRole("button", { name: "recent.disk.n3" }));
    const values = await screen.findByRole("table", { name: "All values of recent.disk.n3" });
    expect(within(values).getByRole("row", { name: /Band width/ })).toHaveTextContent(/8\susual changesrecent\.disk/);
    expect(within(values).getByRole("row", { name: /Quick/ })).toHaveTextContent(/0\.4the standard/);
    expect(history.location.search).toContain("at=recent.disk.n3");
  });

  it("are added as a draft: metric by search, name proposed, a number out of range told at once", async () => {
    const { user } = await openPage();
    await user.click(screen.getByRole("button", { name: "New detector …" }));
    const dialog = within(await screen.findByRole("dialog", { name: "New detector" }));
    await user.click(dialog.getByRole("radio", { name: "Fixed limit" }));
    await user.type(await dialog.findByRole("combobox", { name: /Search a metric/ }), "cpu{Enter}");
    expect(dialog.getByRole("textbox", { name: /^Name/ })).toHaveValue("rule.h_cpu_ext");
    // Without a limit a rule says nothing.
    await user.click(dialog.getByRole("button", { name: "Put into the draft" }));
    expect(dialog.getByText("A rule needs a limit: above or below.")).toBeInTheDocument();
    await user.type(dialog.getByRole("textbox", { name: "For" }), "100000");
    expect(dialog.getByRole("textbox", { name: "For" })).toBeInvalid();
    expect(dialog.getByText("Expected 0 to 86400.")).toBeInTheDocument();
    await user.clear(dialog.getByRole("textbox", { name: "For" }));
    await user.type(dialog.getByRole("textbox", { name: "Above" }), "1.5");
    await user.click(dialog.getByRole("checkbox", { name: "n2" }));
    await user.click(dialog.getByRole("button", { name: "Put into the draft" }));
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(row("rule.h_cpu_ext.n2")).toHaveTextContent(/new.*CPU of other processes · on n2.*Above 1\.5\scores.*not at work yet/);
    expect(bar()).toHaveTextContent("1 change, not submitted");
    expect(api.requests.filter((request) => request.startsWith("POST"))).toEqual([]);
  });

  it("are edited against what they inherit, which stands in the empty fields", async () => {
    const { user } = await openPage();
    await user.click(screen.getByRole("button", { name: "Edit recent.disk.n3" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Edit recent.disk.n3" }));
    const field = dialog.getByRole("textbox", { name: "Band width" });
    expect(field).toHaveAttribute("placeholder", "8");
    expect(field).toHaveAccessibleDescription(/3 to 20 · Wider: fewer alarms, later ones · inherits from recent\.disk/);
    expect(dialog.getByRole("textbox", { name: /^Name/ })).toHaveAttribute("readonly");
    await user.type(field, "2");
    expect(dialog.getByText("Expected 3 to 20.")).toBeInTheDocument();
    expect(dialog.getByRole("button", { name: "Put into the draft" })).toBeDisabled();
    await user.type(field, "0");
    await user.click(dialog.getByRole("button", { name: "Put into the draft" }));
    expect(row("recent.disk.n3")).toHaveTextContent(/changed.*8\susual changes → 20\susual changes/);
  });

  it("are switched off, moved and removed in the draft, and each can be taken back", async () => {
    const { user } = await openPage();
    expect(screen.getByRole("button", { name: "Move recent.disk up" })).toBeDisabled();
    await switchOff(user, "rule.h_disk_util");
    await user.click(screen.getByRole("button", { name: "Move peer.network up" }));
    await user.click(screen.getByRole("button", { name: "Remove recent.disk.n3" }));
    expect(bar()).toHaveTextContent("3 changes, not submitted");
    await user.click(screen.getByRole("button", { name: "Bring back recent.disk.n3" }));
    await user.click(screen.getByRole("button", { name: "Undo the changes of peer.network" }));
    expect(bar()).toHaveTextContent("1 change, not submitted");
    await user.click(screen.getByRole("button", { name: "Undo the changes of rule.h_disk_util" }));
    expect(screen.queryByRole("region", { name: "Draft" })).not.toBeInTheDocument();
  });

  it("keep the draft over a reload, until it is discarded", async () => {
    const first = await openPage();
    await switchOff(first.user, "recent.disk");
    document.body.innerHTML = "";
    const { user } = await openPage();
    expect(bar()).toHaveTextContent("1 change, not submitted");
    await user.click(within(bar()).getByRole("button", { name: "Discard" }));
    await user.click(within(bar()).getByRole("button", { name: "Yes, discard" }));
    expect(screen.queryByRole("region", { name: "Draft" })).not.toBeInTheDocument();
    expect(sessionStorage).toHaveLength(0);
  });

  it("preview the draft: alarms, time, incidents in pairs; and say when it is of an older draft", async () => {
    const { user } = await openPage();
    await switchOff(user, "recent.disk");
    await user.click(within(bar()).getByRole("button", { name: "Preview" }));
    const card = within(screen.getByRole("region", { name: "What the draft would have done" }));
    expect(await card.findByText(/^\d+ alarms in the place of \d+ \(−\d+\s%\) · incidents: 3 as before$/)).toBeInTheDocument();
    expect(card.getByRole("row", { name: /against its own past/ })).toHaveTextContent(/−\d+$/);
    expect(card.getByRole("img", { name: /Alarms begun over time/ })).toBeInTheDocument();
    const pairs = card.getAllByRole("listitem").map((each) => each.textContent);
    expect(pairs[0]).toMatch(/^the samen2: CPU saturated/);
    expect(pairs[1]).toMatch(/^would be lostn3: Disk I\/O saturated/);
    expect(pairs[2]).toMatch(/^other causen1: Lock contention with the draft: n1: Full table scans/);
    expect(pairs[3]).toMatch(/^newn2: Process stalls/);
    expect(previews[0]?.find(({ name }) => name === "recent.disk")?.enabled).toBe(false);
    expect(screen.queryByText("The draft has changed since this preview.")).not.toBeInTheDocument();
    await switchOff(user, "rule.h_disk_util");
    expect(screen.getByText("The draft has changed since this preview.")).toBeInTheDocument();
    await user.click(card.getByRole("button", { name: "Preview again" }));
    await waitFor(() => {
      expect(screen.queryByText("The draft has changed since this preview.")).not.toBeInTheDocument();
    });
    expect(previews).toHaveLength(2);
  });

  it.each([
    [409, "another preview is running: try again in a moment"],
    [400, "recent.disk: band_width: expected a number from 3 to 20, found 99"],
  ])("tell in the server's words why there is no preview (%i)", async (status, detail) => {
    api.on(`POST ${kPath}/preview`, problem(status, detail));
    const { user } = await openPage();
    await switchOff(user, "recent.disk");
    await user.click(within(bar()).getByRole("button", { name: "Preview" }));
    expect(await screen.findByText(/The preview was not made/)).toBeInTheDocument();
    expect(screen.getByText(new RegExp(detail))).toBeInTheDocument();
  });

  it("are submitted with author, reason and the version that was changed", async () => {
    const sent: DetectorChange[] = [];
    api.on(`POST ${kPath}`, async (request) => {
      if (request.headers.get("X-CSRF-Token") === null) return problem(403, "no token");
      const body = (await request.json()) as DetectorChange;
      sent.push(body);
      return {
        status: 201,
        body: detectors.detectors({ version: 8, author: body.author, reason: body.reason, detectors: body.detectors.map((each) => detectors.atWork(each, 1)) }),
      };
    });
    const { user } = await openPage();
    await user.click(screen.getByRole("button", { name: "Remove rule.h_disk_util" }));
    await submit(user, "the disk is fine");
    expect(await screen.findByText(/^Version 8 by Lin, .*“the disk is fine”$/)).toBeInTheDocument();
    await waitFor(() => {
      expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    });
    expect(screen.queryByRole("region", { name: "Draft" })).not.toBeInTheDocument();
    expect(sent).toEqual([{ author: "Lin", reason: "the disk is fine", base_version: 7, detectors: detectors.kDefinitions.slice(0, 5) }]);
  });

  it("keep the draft on a conflict, and carry it over to the newest version", async () => {
    api.on(`POST ${kPath}`, problem(409, "expected base_version 8, found 7"));
    const { user } = await openPage();
    await switchOff(user, "recent.disk");
    const dialog = within(await submit(user, "too noisy"));
    expect(await dialog.findByText(/Somebody else was faster/)).toBeInTheDocument();
    expect(dialog.getByText(/expected base_version 8, found 7/)).toBeInTheDocument();
    const theirs = detectors.detectors({ version: 8, author: "Bo", detectors: detectors.detectors().detectors.filter(({ name }) => name !== "peer.network") });
    api.on(`GET ${kPath}`, { body: theirs });
    const sent: DetectorChange[] = [];
    api.on(`POST ${kPath}`, async (request) => {
      sent.push((await request.json()) as DetectorChange);
      return { status: 201, body: detectors.detectors({ version: 9 }) };
    });
    await user.click(dialog.getByRole("button", { name: "Load the newest version, keep my draft" }));
    await waitFor(() => {
      expect(dialog.getByRole("button", { name: "Submit" })).toBeEnabled();
    });
    expect(dialog.getByRole("textbox", { name: "Reason" })).toHaveValue("too noisy");
    await user.click(dialog.getByRole("button", { name: "Submit" }));
    await waitFor(() => {
      expect(sent).toHaveLength(1);
    });
    expect(sent[0]?.base_version).toBe(8);
    expect(sent[0]?.detectors.map(({ name }) => name)).not.toContain("peer.network");
    expect(sent[0]?.detectors.find(({ name }) => name === "recent.disk")?.enabled).toBe(false);
  });

  it("have a history that says what changed, parameter by parameter, and a way back", async () => {
    const older = detectors.detectorVersion({
      id: 6,
      author: "Lin",
      reason: "first try",
      definitions: { detectors: detectors.kDefinitions.map((each) => (each.name === "recent.disk" ? { ...each, parameters: { band_width: 7 } } : each)) },
    });
    api.on(`GET ${kPath}/versions`, { body: { versions: [detectors.detectorVersion(), older] } });
    const restores: DetectorRestore[] = [];
    api.on(`POST ${kPath}/versions/6/restore`, async (request) => {
      restores.push((await request.json()) as DetectorRestore);
      return { status: 201, body: detectors.detectors({ version: 8, reason: "back" }) };
    });
    const { user, history } = await openPage("/detectors?version=7");
    const card = within(screen.getByRole("region", { name: "History" }));
    const newest = (await card.findByText("disk alarms too early")).closest("li");
    expect(newest).toHaveTextContent(/recent\.disk changedBand width 7\susual changes → 8\susual changesTicks outside 3\sticks → 6\sticks/);
    await user.click(card.getAllByRole("button", { name: "What changed" })[1] ?? document.body);
    await waitFor(() => {
      expect(history.location.search).toContain("version=6");
    });
    // Against what was shipped.
    expect(card.getByText("first try").closest("li")).toHaveTextContent(/rule\.h_disk_util added/);
    await user.click(card.getByRole("button", { name: "Restore …: version 6" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Restore version 6?" }));
    expect(dialog.getByRole("list")).toHaveTextContent(/Band width 8\susual changes → 7\susual changes/);
    await user.type(dialog.getByRole("textbox", { name: "Your name" }), "Bo");
    await user.type(dialog.getByRole("textbox", { name: "Reason" }), "back");
    await user.click(dialog.getByRole("button", { name: "Restore" }));
    expect(await screen.findByText(/^Version 8 by Ann, .*“back”$/)).toBeInTheDocument();
    expect(restores).toEqual([{ author: "Bo", reason: "back" }]);
  });

  it("can go back to those that were shipped", async () => {
    api.on(`POST ${kPath}/versions/0/restore`, { status: 201, body: detectors.detectors({ version: 8 }) });
    const { user } = await openPage();
    await user.click(await screen.findByRole("button", { name: "Restore …: the shipped definitions" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Restore the shipped definitions?" }));
    expect(dialog.getByRole("list")).toHaveTextContent(/recent\.disk removed/);
    expect(dialog.getByRole("button", { name: "Restore" })).toBeDisabled();
    await user.type(dialog.getByRole("textbox", { name: "Your name" }), "Bo");
    await user.type(dialog.getByRole("textbox", { name: "Reason" }), "start anew");
    await user.click(dialog.getByRole("button", { name: "Restore" }));
    await waitFor(() => {
      expect(api.requests).toContain(`POST ${kPath}/versions/0/restore`);
    });
  });

  it("are those of the cluster in the address", async () => {
    api.on("GET /api/v1/clusters", { body: { clusters: [fixtures.cluster(), fixtures.cluster({ name: "shop" })] } });
    api.on("GET /api/v1/clusters/shop/detectors", { body: detectors.shippedDetectors() });
    api.on("GET /api/v1/clusters/shop/detectors/versions", { body: { versions: [] } });
    const { user, history } = await openPage("/detectors?cluster=shop");
    expect(screen.getByRole("combobox", { name: "Cluster" })).toHaveValue("shop");
    expect(screen.getByText(/Nothing was changed/)).toBeInTheDocument();
    await user.selectOptions(screen.getByRole("combobox", { name: "Cluster" }), "lab");
    expect(await screen.findByRole("button", { name: "recent.disk" })).toBeInTheDocument();
    expect(history.location.search).toContain("cluster=lab");
  });

  it("show what could not be loaded, and try again", async () => {
    api.on(`GET ${kPath}`, problem(500, "DistDiag failed to answer"));
    const { user } = renderApp("/detectors");
    expect(await screen.findByText(/The detectors could not be loaded/)).toBeInTheDocument();
    api.on(`GET ${kPath}`, { body: detectors.detectors() });
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("button", { name: "recent.disk" })).toBeInTheDocument();
  });

  it("are told in Chinese, too", async () => {
    renderApp("/detectors", "zh");
    expect(await screen.findByRole("heading", { level: 1, name: /谁在监视什么，有多严格？ 5 个检测器监视 546 个序列/ })).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "recent.disk" }).closest("li")).toHaveTextContent(/带宽 6\s倍平常变化 → 8\s倍平常变化/);
  });

  it("are two keys away", async () => {
    const { user, history } = renderApp("/");
    await screen.findByText("Live");
    await user.keyboard("gw");
    await waitFor(() => {
      expect(history.location.pathname).toBe("/detectors");
    });
  });

  it("can be used by listeners: the page with a draft and a preview, the form, the last question", async () => {
    const { user } = await openPage("/detectors?at=recent.disk&version=7");
    await switchOff(user, "recent.disk");
    await user.click(within(bar()).getByRole("button", { name: "Preview" }));
    await screen.findByText(/alarms in the place of/);
    expect(await axeViolations(document.body)).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Edit rule.h_disk_util" }));
    await user.type(await screen.findByRole("combobox", { name: /Search a metric/ }), "disk");
    expect(await axeViolations(screen.getByRole("dialog"))).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await user.click(within(bar()).getByRole("button", { name: "Submit …" }));
    expect(await axeViolations(screen.getByRole("dialog"))).toEqual([]);
  });
});

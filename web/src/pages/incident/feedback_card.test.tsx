import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { axeViolations } from "@/testing/axe";
import { problem, startFakeApi, type FakeApi } from "@/testing/fake_api";
import * as fixtures from "@/testing/fixtures";
import { renderApp } from "@/testing/render_app";

let api: FakeApi;
let stored: ReturnType<typeof fixtures.feedback>[];
let asked: Record<string, unknown>[];

// A server that keeps judgements; what it says first may change.
function serve(said = fixtures.incidentFeedback().said): void {
  api.on("GET /api/v1/incidents/7", () => {
    const feedback = { ...fixtures.incidentFeedback(stored), said };
    const judgement = feedback.current?.judgement ?? null;
    return { body: fixtures.incident({ feedback, summary: fixtures.summary({ judgement: judgement === "withdrawn" ? null : judgement }) }) };
  });
  api.on("POST /api/v1/incidents/7/feedback", async (request) => {
    const body = (await request.json()) as Record<string, unknown>;
    asked.push(body);
    const kept = fixtures.feedback({ said, comment: "", right_node: null, right_problem: null, ...body, version: stored.length + 1 });
    stored.push(kept);
    return { status: 201, body: kept };
  });
}

beforeEach(() => {
  localStorage.clear();
  stored = [];
  asked = [];
  api = startFakeApi();
  serve();
});

const card = () => screen.findByRole("region", { name: "Was this right?" });
const choice = async (name: string) => within(await card()).findByRole("radio", { name });
const save = async () => within(await card()).getByRole("button", { name: "Save judgement" });

const kYes = "Yes: n2, CPU saturated";

describe("Feedback", () => {
  it("takes a yes with the name of who says so, shows it and remembers the name", async () => {
    const { user } = renderApp("/incidents/7");
    await user.click(await choice(kYes));
    expect(await save()).toBeDisabled();
    const name = within(await card()).getByRole("textbox", { name: "Judged by" });
    await user.type(name, "Lin");
    await user.click(await save());
    expect(await within(await card()).findByText("Right")).toBeInTheDocument();
    expect(await card()).toHaveTextContent(/Right.*Lin.*11:13:05/);
    expect(within(await card()).queryByRole("radio")).not.toBeInTheDocument();
    expect(asked).toEqual([
      { judgement: "confirmed", said: { target: { scope: "node", node: "n2" }, problem: "cpu" }, comment: "", author: "Lin" },
    ]);
    expect(localStorage.getItem("distdiag.author")).toBe("Lin");
  });

  it("asks which node it was, of the others only", async () => {
    localStorage.setItem("distdiag.author", "Lin");
    const { user } = renderApp("/incidents/7");
    await user.click(await choice("No, it was another node"));
    expect(await save()).toBeDisabled();
    const select = within(await card()).getByRole("combobox", { name: "Which node was it?" });
    expect(within(select).getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["Choose …", "n1", "n3"]);
    await user.selectOptions(select, "n3");
    await user.type(within(await card()).getByRole("textbox", { name: "Why (may stay empty)" }), " its disk ");
    await user.click(await save());
    expect(await within(await card()).findByText("It was: n3")).toBeInTheDocument();
    expect(within(await card()).getByText("its disk")).toBeInTheDocument();
    expect(asked[0]).toMatchObject({ judgement: "wrong_node", right_node: "n3", comment: "its disk" });
    expect(asked[0]).not.toHaveProperty("right_problem");
  });

  it("asks which problem it was, of the others only", async () => {
    localStorage.setItem("distdiag.author", "Lin");
    const { user } = renderApp("/incidents/7");
    await user.click(await choice("No, it was another problem"));
    const select = within(await card()).getByRole("combobox", { name: "Which problem was it?" });
    expect(within(select).queryByRole("option", { name: "CPU saturated" })).not.toBeInTheDocument();
    await user.selectOptions(select, "Disk I/O saturated");
    await user.click(await save());
    expect(await within(await card()).findByText("It was: Disk I/O saturated")).toBeInTheDocument();
    expect(asked[0]).toMatchObject({ judgement: "wrong_problem", right_problem: "io" });
  });

  it("takes back what stands, and keeps what was said", async () => {
    localStorage.setItem("distdiag.author", "Ana");
    stored = [fixtures.feedback({ judgement: "not_an_incident", comment: "a planned test" })];
    const { user } = renderApp("/incidents/7");
    await user.click(await within(await card()).findByRole("button", { name: "Take back" }));
    expect(await within(await card()).findByText("Nobody has judged it yet.")).toBeInTheDocument();
    expect(asked).toEqual([{ judgement: "withdrawn", author: "Ana" }]);
    const items = within(await card()).getAllByRole("listitem", { hidden: true });
    expect(items[0]).toHaveTextContent(/Not an incident.*Lin.*a planned test/);
    expect(items[1]).toHaveTextContent(/Taken back.*Ana/);
    expect(await choice(kYes)).toBeInTheDocument();
  });

  it("lets another judgement supersede", async () => {
    localStorage.setItem("distdiag.author", "Ana");
    stored = [fixtures.feedback()];
    const { user } = renderApp("/incidents/7");
    await user.click(await within(await card()).findByRole("button", { name: "Judge anew" }));
    expect(await choice(kYes)).toHaveFocus();
    await user.click(await choice("No, nothing was wrong"));
    await user.click(await save());
    await waitFor(async () => {
      expect(await card()).toHaveTextContent(/Not an incident.*Ana/);
    });
    expect(stored).toHaveLength(2);
  });

  it("says why a judgement was not stored, and shows what the incident says by now", async () => {
    localStorage.setItem("distdiag.author", "Lin");
    const { user } = renderApp("/incidents/7");
    await user.click(await choice(kYes));
    serve({ target: { scope: "node", node: "n1" }, problem: "io" });
    api.on("POST /api/v1/incidents/7/feedback", problem(409, "it has changed meanwhile"));
    await user.click(await save());
    expect(await within(await card()).findByRole("alert")).toHaveTextContent(/not stored.*it has changed meanwhile/);
    // The choice was of another verdict: it does not stand any more.
    expect(await choice("Yes: n1, Disk I/O saturated")).not.toBeChecked();
    expect(await save()).toBeDisabled();
  });

  it("says that a judgement is of what was said before", async () => {
    stored = [fixtures.feedback()];
    serve({ target: { scope: "node", node: "n1" }, problem: "io" });
    renderApp("/incidents/7");
    expect(await within(await card()).findByText(/It was about n2, CPU saturated\./)).toBeInTheDocument();
  });

  it("offers only what can be said where no cause was named", async () => {
    serve(null);
    renderApp("/incidents/7");
    expect(await choice("No, nothing was wrong")).toBeInTheDocument();
    expect(within(await card()).getAllByRole("radio")).toHaveLength(1);
  });

  it("is readable for those who listen, with and without a judgement", async () => {
    const { user } = renderApp("/incidents/7");
    await user.click(await choice("No, it was another node"));
    expect(await axeViolations(await card())).toEqual([]);
    stored = [fixtures.feedback(), fixtures.feedback({ version: 2, judgement: "wrong_node", right_node: "n1" })];
    api.send("incident", { change: "updated", incident: fixtures.summary() });
    await within(await card()).findByRole("button", { name: "Take back" });
    expect(await axeViolations(await card())).toEqual([]);
  });
});

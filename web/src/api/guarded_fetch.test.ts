import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { problem, startFakeApi, type FakeApi } from "@/testing/fake_api";

import { client, unwrap } from "./client";
import { forgetToken } from "./guarded_fetch";

let api: FakeApi;
const seen: (string | null)[] = [];
beforeEach(() => {
  forgetToken();
  api = startFakeApi();
});
afterEach(() => {
  seen.length = 0;
});

const note = { id: 1, time: "2026-11-24T03:13:05Z", author: "", text: "x" };
function addNote() {
  return unwrap(client.POST("/api/v1/incidents/{id}/notes", { params: { path: { id: 7 } }, body: { text: "x" } }));
}

describe("What changes something", () => {
  it("carries the token, which is asked for once", async () => {
    api.on("POST /api/v1/incidents/7/notes", (request) => {
      seen.push(request.headers.get("X-CSRF-Token"));
      return { status: 201, body: note };
    });
    await addNote();
    await addNote();
    expect(seen).toEqual(["token-of-this-run", "token-of-this-run"]);
    expect(api.requests.filter((request) => request === "GET /api/v1/session")).toHaveLength(1);
  });

  it("asks for a new token when the server was started anew, and sends the same body", async () => {
    api.on("POST /api/v1/incidents/7/notes", async (request) => {
      const token = request.headers.get("X-CSRF-Token");
      seen.push(token, await request.text());
      return token === "new"
        ? { status: 201, body: note }
        : { status: 403, body: { type: "urn:distdiag:problem:csrf_token_wrong", title: "Forbidden", status: 403, detail: "another" } };
    });
    api.on("GET /api/v1/session", () => ({ body: { csrf_token: seen.length === 0 ? "old" : "new" } }));
    await addNote();
    expect(seen).toEqual(["old", '{"text":"x"}', "new", '{"text":"x"}']);
  });

  it("does not go round in circles", async () => {
    api.on("POST /api/v1/incidents/7/notes", (request) => {
      seen.push(request.headers.get("X-CSRF-Token"));
      return { status: 403, body: { type: "urn:distdiag:problem:csrf_token_wrong", title: "Forbidden", status: 403, detail: "another" } };
    });
    await expect(addNote()).rejects.toThrow("another");
    expect(seen).toHaveLength(2);
  });

  it("says why no token came", async () => {
    api.on("GET /api/v1/session", problem(503, "starting"));
    await expect(addNote()).rejects.toThrow("starting");
  });

  it("leaves what only reads alone", async () => {
    await unwrap(client.GET("/api/v1/clusters"));
    expect(api.requests).toEqual(["GET /api/v1/clusters"]);
  });
});

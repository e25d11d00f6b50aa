// The one door to the server. Types come from the contract (api/openapi.yaml) through src/generated/api.ts.

import createClient from "openapi-fetch";

import type { components, paths } from "@/generated/api";

import { guardedFetch } from "./guarded_fetch";

export type Schemas = components["schemas"];

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  querySerializer: { array: { style: "form", explode: true } },
  fetch: guardedFetch,
});

// Why a request failed, in the server's words where it answered at all.
export class ApiError extends Error {
  readonly status: number | null;
  readonly title: string;

  constructor(status: number | null, title: string, detail: string) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.title = title;
  }

  get unreachable(): boolean {
    return this.status === null;
  }

  get notFound(): boolean {
    return this.status === 404;
  }
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

function isProblem(value: unknown): value is Schemas["Problem"] {
  return typeof value === "object" && value !== null && "title" in value && "detail" in value;
}

// Gives the data, or throws an ApiError: TanStack Query wants failures thrown.
export async function unwrap<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    // fetch() rejects only when no answer came; a body that is no JSON ends here too.
    throw new ApiError(null, "", cause instanceof Error ? cause.message : String(cause));
  }
  if (answer.data !== undefined) return answer.data;
  const status = answer.response.status;
  if (isProblem(answer.error)) throw new ApiError(status, answer.error.title, answer.error.detail);
  throw new ApiError(status, `HTTP ${String(status)}`, typeof answer.error === "string" ? answer.error : "");
}

// Sends what changes something with the token that the server asks for.
//
// Why so: a page of another origin can send a POST to this server, but it can't read the token. The token is fetched once;
// the server makes a new one when it starts, so a refusal because of a wrong one is answered by asking anew, once.

const kRefusal = "urn:distdiag:problem:csrf_token_wrong";

let token: string | null = null;

// The token, or the answer that came in its place.
async function askForToken(): Promise<string | Response> {
  const answer = await globalThis.fetch(`${window.location.origin}/api/v1/session`, { cache: "no-store" });
  if (!answer.ok) return answer;
  const body = (await answer.json()) as { readonly csrf_token: string };
  return body.csrf_token;
}

async function send(request: Request): Promise<Response> {
  if (token === null) {
    const asked = await askForToken();
    if (typeof asked !== "string") return asked;
    token = asked;
  }
  request.headers.set("X-CSRF-Token", token);
  return globalThis.fetch(request);
}

async function tokenWasWrong(answer: Response): Promise<boolean> {
  if (answer.status !== 403) return false;
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return typeof body === "object" && body !== null && "type" in body && body.type === kRefusal;
}

// fetch() is looked up at each call, so that a test can put its own server in place.
export async function guardedFetch(request: Request): Promise<Response> {
  if (request.method === "GET" || request.method === "HEAD") return globalThis.fetch(request);
  // A body can be sent once only.
  const again = request.clone();
  const answer = await send(request);
  if (!(await tokenWasWrong(answer))) return answer;
  token = null;
  return send(again);
}

// For tests: as after loading the page.
export function forgetToken(): void {
  token = null;
}

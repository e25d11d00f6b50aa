// The offline page of the API: Swagger UI over the contract that this very server serves.
import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";

// The ES bundle brings no types of its own; this is all we use of it.
import SwaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUi({
  dom_id: "#docs",
  url: "/openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // No outside validator: the page works without a network.
  validatorUrl: null,
  // The contract names localhost; a page opened under another name or port must call the server it came from. What changes
  // something carries the token, asked for each time: the server may have been started anew since.
  requestInterceptor: async (request) => {
    const url = new URL(request.url, window.location.href);
    const ours = { ...request, url: `${window.location.origin}${url.pathname}${url.search}` };
    if (request.method === undefined || request.method === "GET") return ours;
    const answer = await fetch("/api/v1/session", { cache: "no-store" });
    const { csrf_token: token } = (await answer.json()) as { readonly csrf_token: string };
    return { ...ours, headers: { ...request.headers, "X-CSRF-Token": token } };
  },
});

if (window.matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.classList.add("dark-mode");

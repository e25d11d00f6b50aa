#include "serve/dispatcher.h"

#include "base/gzip.h"
#include "base/logging.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace distdiag::serve {
namespace {

constexpr std::size_t kGzipFromBytes = 32 * 1024;

constexpr std::string_view kContentPolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src "
    "'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

bool IsDigits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
  });
}

bool IsJson(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return EqualsIgnoringCase(type, "application/json");
}

std::string AllowHeader(const std::vector<Method>& allowed) {
  std::string value;
  for (const Method method : allowed) {
    if (!value.empty()) value += ", ";
    value += method == Method::kPost ? "POST" : "GET, HEAD";
  }
  return value;
}

Response MethodNotAllowed(const std::vector<Method>& allowed) {
  const std::string value = AllowHeader(allowed);
  Response response = ProblemResponse(405, "method_not_allowed", "expected one of: " + value);
  response.headers.emplace_back("Allow", value);
  return response;
}

bool IsApiPath(const RequestTarget& target) { return target.segments.front() == "api"; }

const std::string* FindHeader(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return &value;
  }
  return nullptr;
}

// True when one of the tags in If-None-Match is this one (weak comparison, RFC 9110 section 8.8.3.2).
bool Matches(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return if_none_match.find(etag) != std::string_view::npos;
}

void AddValidators(const Request& request, Response& response) {
  if (response.status != 200 || response.stream || request.method == Method::kPost) return;
  if (FindHeader(response, "Cache-Control") == nullptr)
    response.headers.emplace_back("Cache-Control", "no-cache");
  if (FindHeader(response, "ETag") == nullptr)
    response.headers.emplace_back("ETag", EntityTag(*response.body));
  if (request.if_none_match.empty() ||
      !Matches(request.if_none_match, *FindHeader(response, "ETag")))
    return;
  response.status = 304;
  response.body = std::make_shared<const std::string>();
  std::erase_if(response.headers,
                [](const auto& header) { return header.first == "Content-Encoding"; });
}

void Compress(const Request& request, Response& response) {
  if (response.stream || response.body->size() < kGzipFromBytes) return;
  if (FindHeader(response, "Content-Encoding") != nullptr ||
      FindHeader(response, "Vary") != nullptr)
    return;
  if (!response.content_type.starts_with("application/") &&
      !response.content_type.starts_with("text/"))
    return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (request.accept_encoding.find("gzip") == std::string_view::npos) return;
  response.body = std::make_shared<const std::string>(base::Gzip(*response.body));
  response.headers.emplace_back("Content-Encoding", "gzip");
}

void AddSecurityHeaders(Response& response) {
  response.headers.emplace_back("Content-Security-Policy", kContentPolicy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  if (FindHeader(response, "Cache-Control") == nullptr)
    response.headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace

bool IsLocalHostHeader(std::string_view host) {
  std::string_view name = host;
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    name = host.substr(0, colon);
    if (colon + 1 == host.size() || !IsDigits(host.substr(colon + 1))) return false;
  }
  return EqualsIgnoringCase(name, "localhost") || name == "127.0.0.1" || name == "[::1]";
}

Dispatcher::Dispatcher(const ServerOptions& options, ServerDeps deps)
    : deps_(deps),
      pages_(options.web_dir, deps.files),
      csrf_(options.new_csrf_token(), {options.ui_port, options.api_port}, deps.metrics),
      router_(MakeRouter()),
      ok_(deps.metrics.GetCounter("distdiag_http_responses_total", "HTTP responses",
                                  {{"class", "ok"}})),
      client_errors_(deps.metrics.GetCounter("distdiag_http_responses_total", "HTTP responses",
                                             {{"class", "client_error"}})),
      server_errors_(deps.metrics.GetCounter("distdiag_http_responses_total", "HTTP responses",
                                             {{"class", "server_error"}})),
      rejected_host_(deps.metrics.GetCounter(
          "distdiag_http_foreign_host_total",
          "Requests refused because their Host header is not this machine's")) {}

Response Dispatcher::Fallback(const Request& request, const RequestTarget& target,
                              const std::vector<Method>& allowed) const {
  if (!allowed.empty()) return MethodNotAllowed(allowed);
  if (request.side == Side::kUi && !IsApiPath(target)) {
    if (request.method != Method::kGet && request.method != Method::kHead)
      return MethodNotAllowed({Method::kGet});
    return pages_.Page(target.segments,
                       request.accept_encoding.find("gzip") != std::string_view::npos);
  }
  if (request.side == Side::kApi && target.segments.size() == 1 &&
      target.segments.front().empty()) {
    Response response = TextResponse("The API page is /docs\n", 302);
    response.headers.emplace_back("Location", "/docs");
    return response;
  }
  return ProblemResponse(404, "not_found",
                         "there is nothing at this path; /docs lists what there is");
}

Response Dispatcher::Route(const Request& request) const {
  if (!IsLocalHostHeader(request.host)) {
    rejected_host_.Add();
    return ProblemResponse(
        421, "foreign_host",
        fmt::format(
            "Host: expected localhost, 127.0.0.1 or [::1], found \"{}\": DistDiag has no access "
            "control yet and answers only this machine",
            request.host.substr(0, 60)));
  }
  const auto target = RequestTarget::Parse(request.target);
  if (!target) return ProblemResponse(target.error());
  Router::Match match = router_.Find(request.method, target->segments);
  if (match.route == nullptr) return Fallback(request, *target, match.allowed);
  if (request.method == Method::kPost && !IsJson(request.content_type)) {
    return ProblemResponse(415, "unsupported_media_type",
                           fmt::format("Content-Type: expected application/json, found \"{}\"",
                                       request.content_type.substr(0, 60)));
  }
  if (request.method == Method::kPost) {
    if (const auto refusal = csrf_.Check(request)) return csrf_.Refuse(request, *refusal);
  }
  return match.route->handler(
      {.deps = deps_, .pages = pages_, .csrf = csrf_},
      {.request = request, .target = *target, .parameters = std::move(match.parameters)});
}

Response Dispatcher::Handle(const Request& request) const {
  Response response;
  try {
    response = Route(request);
  } catch (const std::exception& error) {
    base::Log(base::LogLevel::kError, "handler_threw",
              {{"target", request.target.substr(0, 200)}, {"error", error.what()}});
    response = ProblemResponse(500, "internal", "DistDiag failed to answer; its log says why");
  }
  AddValidators(request, response);
  Compress(request, response);
  AddSecurityHeaders(response);
  if (response.status < 400) {
    ok_.Add();
  } else if (response.status < 500) {
    client_errors_.Add();
  } else {
    server_errors_.Add();
  }
  return response;
}

}  // namespace distdiag::serve

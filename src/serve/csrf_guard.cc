#include "serve/csrf_guard.h"

#include "base/check.h"

#include <sys/random.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::serve {
namespace {

std::optional<CsrfRefusal> Judge(const Request& request, const std::vector<std::string>& origins,
                                 std::string_view token) {
  if (!request.origin.empty() && std::ranges::find(origins, request.origin) == origins.end())
    return CsrfRefusal::kForeignOrigin;
  if (request.sec_fetch_site == "cross-site") return CsrfRefusal::kCrossSite;
  if (request.csrf_token.empty()) return CsrfRefusal::kTokenMissing;
  if (!EqualInConstantTime(request.csrf_token, token)) return CsrfRefusal::kTokenWrong;
  return std::nullopt;
}

}  // namespace

std::string_view CsrfRefusalName(CsrfRefusal refusal) {
  switch (refusal) {
    case CsrfRefusal::kForeignOrigin: return "foreign_origin";
    case CsrfRefusal::kCrossSite: return "cross_site";
    case CsrfRefusal::kTokenMissing: return "csrf_token_missing";
    case CsrfRefusal::kTokenWrong: return "csrf_token_wrong";
  }
  return "foreign_origin";
}

std::string NewCsrfToken() {
  std::array<unsigned char, 32> bytes{};
  // Up to 256 bytes come whole or not at all (getentropy(3)); it can only fail on a kernel without the call.
  CHECK(getentropy(bytes.data(), bytes.size()) == 0);
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;  // the length is no secret
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(
        difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  }
  return difference == 0;
}

CsrfGuard::CsrfGuard(std::string token, const std::vector<std::uint16_t>& ports,
                     base::SelfMetrics& metrics)
    : token_(std::move(token)) {
  for (const std::uint16_t port : ports) {
    for (const char* name : {"localhost", "127.0.0.1", "[::1]"})
      origins_.push_back(port == 80 ? fmt::format("http://{}", name)  // as browsers say it
                                    : fmt::format("http://{}:{}", name, port));
  }
  using enum CsrfRefusal;
  for (const CsrfRefusal refusal : {kForeignOrigin, kCrossSite, kTokenMissing, kTokenWrong}) {
    refused_[static_cast<std::size_t>(refusal)] = &metrics.GetCounter(
        "distdiag_http_csrf_refused_total",
        "Requests that change something, refused because of where they came from",
        {{"reason", std::string(CsrfRefusalName(refusal))}});
  }
}

std::optional<CsrfRefusal> CsrfGuard::Check(const Request& request) const {
  const auto refusal = Judge(request, origins_, token_);
  if (refusal) refused_[static_cast<std::size_t>(*refusal)]->Add();
  return refusal;
}

Response CsrfGuard::Refuse(const Request& request, CsrfRefusal refusal) const {
  const std::string_view code = CsrfRefusalName(refusal);
  switch (refusal) {
    case CsrfRefusal::kForeignOrigin:
      return ProblemResponse(
          403, code,
          fmt::format("Origin: expected one of {} or none, found \"{}\": only this server's own "
                      "pages may change something",
                      fmt::join(origins_, ", "), request.origin.substr(0, 100)));
    case CsrfRefusal::kCrossSite:
      return ProblemResponse(
          403, code, "Sec-Fetch-Site: expected a page of this server, found \"cross-site\"");
    case CsrfRefusal::kTokenMissing:
      return ProblemResponse(403, code,
                             "X-CSRF-Token: expected the token of GET /api/v1/session, found none");
    case CsrfRefusal::kTokenWrong:
      return ProblemResponse(403, code,
                             "X-CSRF-Token: expected the token of GET /api/v1/session, found "
                             "another one; DistDiag makes a new one when it starts");
  }
  return ProblemResponse(403, code, "");
}

}  // namespace distdiag::serve

// Decides whether a request that changes something comes from where it may come from.
//
// Why so: any page in the operator's browser can send requests to loopback; with faults made on purpose that would break a
// node. Three independent barriers: the Origin (and Sec-Fetch-Site) of another page is refused, and a token is asked for
// that only a page of this server (or a program on this machine) can read. Tokens are compared in constant time.
// Thread: const-safe. Owner: Dispatcher.
#pragma once

#include "base/self_metrics.h"
#include "serve/http_message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::serve {

enum class CsrfRefusal { kForeignOrigin, kCrossSite, kTokenMissing, kTokenWrong };
// "foreign_origin" "cross_site" "csrf_token_missing" "csrf_token_wrong": the same in answer and metric.
std::string_view CsrfRefusalName(CsrfRefusal refusal);

// 256 random bits from the operating system, in hexadecimal. The seam is ServerOptions::new_csrf_token.
std::string NewCsrfToken();

bool EqualInConstantTime(std::string_view a, std::string_view b);

class CsrfGuard {
 public:
  // `ports`: on which this server's pages and API are.
  CsrfGuard(std::string token, const std::vector<std::uint16_t>& ports, base::SelfMetrics& metrics);

  const std::string& token() const { return token_; }
  // nullopt = may pass; a refusal is counted.
  std::optional<CsrfRefusal> Check(const Request& request) const;
  // The 403 answer: what was expected and what was found.
  Response Refuse(const Request& request, CsrfRefusal refusal) const;

 private:
  const std::string token_;
  std::vector<std::string> origins_;
  std::array<base::Counter*, 4> refused_{};  // by CsrfRefusal
};

}  // namespace distdiag::serve

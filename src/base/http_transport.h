// The network seam for outgoing HTTP.
#pragma once

#include "base/status.h"
#include "base/time.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace distdiag::base {

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Duration timeout = std::chrono::seconds(10);
  std::size_t max_body_bytes = 64 * 1024;  // of the answer; what is beyond is thrown away
};

struct HttpResponse {
  int status = 0;
  std::string body;             // at most max_body_bytes of it
  bool body_truncated = false;  // true when the answer was longer than that
};

// Thread: safe. An unreachable peer or a time-out is Unavailable; any answer, also 500, is a response.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual Result<HttpResponse> Send(const HttpRequest& request) = 0;
};

}  // namespace distdiag::base

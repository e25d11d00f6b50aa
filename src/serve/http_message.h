// A request and a response as handlers see them: no socket, no HTTP library.
//
// Thread: value. A Request's views are valid during the call.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace distdiag::serve {

enum class Method { kGet, kHead, kPost, kOther };

// Which listener a request came in on.
enum class Side { kApi, kUi };

struct Request {
  Method method = Method::kGet;
  Side side = Side::kApi;
  std::string_view target;  // as sent: "/api/v1/alarms?limit=5"
  std::string_view host;
  std::string_view content_type;
  std::string_view accept_encoding;
  std::string_view if_none_match;
  std::string_view last_event_id;
  std::string_view origin;          // empty = the header is not there
  std::string_view sec_fetch_site;  // "same-origin", "cross-site", …
  std::string_view csrf_token;      // X-CSRF-Token
  std::string_view body;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
  std::vector<std::pair<std::string, std::string>>
      headers;          // beside Content-Type and Content-Length
  bool stream = false;  // the connection becomes a live listener; no body
};

Response JsonResponse(std::string json, int status = 200);
Response TextResponse(std::string text, int status = 200);

// RFC 9457 problem document. `code` is a short word: the problem's type is urn:distdiag:problem:<code>.
Response ProblemResponse(int status, std::string_view code, std::string_view detail);
// By the kind of failure: 400, 404, 409, 503 or 500; the text of an internal one is not shown.
Response ProblemResponse(const base::Status& status);

// "Not Found"
std::string_view ReasonPhrase(int status);

}  // namespace distdiag::serve

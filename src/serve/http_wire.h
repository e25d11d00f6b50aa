// The head of an HTTP/1.1 response as bytes.
//
// Thread: const-safe (free functions).
#pragma once

#include "base/time.h"
#include "serve/http_message.h"

#include <string>
#include <string_view>

namespace distdiag::serve {

enum class Connection { kKeepAlive, kClose };

// Status line, headers and the empty line. A stream and a 304 have no Content-Length.
std::string SerializeHead(const Response& response, Connection connection, std::string_view date);

// "Tue, 24 Nov 2026 03:12:05 GMT"
std::string HttpDate(base::Timestamp time);

}  // namespace distdiag::serve

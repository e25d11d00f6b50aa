// Fuzzes what stands in a request line: path, query, times, and the Last-Event-ID header.
#include "serve/request_target.h"

#include "base/check.h"
#include "serve/router.h"
#include "serve/sse_hub.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace distdiag::
      serve;  // NOLINT(google-build-using-namespace): the entry point has to be global
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  static const Router router = MakeRouter();
  if (const auto target = RequestTarget::Parse(text)) {
    CHECK(!target->segments.empty());
    for (const auto& segment : target->segments) {
      CHECK(segment != ".." && segment.find('/') == std::string::npos &&
            segment.find('\0') == std::string::npos);
    }
    static_cast<void>(router.Find(Method::kGet, target->segments));
    const QueryReader query(*target);
    static_cast<void>(query.OnlyKnows({"from", "limit"}));
    static_cast<void>(query.Time("from"));
    if (const auto limit = query.Integer("limit", 1, 500); limit && *limit)
      CHECK(**limit >= 1 && **limit <= 500);
  }
  static_cast<void>(ParseRfc3339(text));
  static_cast<void>(ParseEventId(text, 1700000000000));
  return 0;
}

// Fuzzes the body of POST …/feedback.
#include "serve/feedback_body.h"

#include "base/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto feedback =
      distdiag::serve::ParseNewFeedback({reinterpret_cast<const char*>(bytes), size});
  if (feedback) {
    CHECK(!feedback->author.empty() && feedback->author.size() <= 400);
    CHECK(feedback->comment.size() <= 40000);
  }
  return 0;
}

// Fuzzes the body of POST /drills.
#include "serve/drill_body.h"

#include "base/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto drill = distdiag::serve::ParseNewDrill({reinterpret_cast<const char*>(bytes), size});
  if (!drill) return 0;
  CHECK(drill->suite.empty() != drill->faults.empty());
  CHECK(drill->faults.size() <= 8 && drill->duration_s >= 5 && drill->duration_s <= 600);
  return 0;
}

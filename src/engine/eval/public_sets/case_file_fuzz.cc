// libFuzzer target: any bytes as the cases.json of each public data set.
#include "engine/eval/public_sets/case_file.h"

#include <cstddef>
#include <cstdint>

namespace {

template <typename Result>
void CheckMessage(const Result& result) {
  if (!result && result.error().message().find('\n') != std::string::npos) __builtin_trap();
  if (result && result->cases.empty()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  CheckMessage(distdiag::engine::ParseUnitWindowCases(text, "fuzz.json"));
  CheckMessage(distdiag::engine::ParseRunCases(text, "fuzz.json"));
  CheckMessage(distdiag::engine::ParseRegionCases(text, "fuzz.json"));
  return 0;
}

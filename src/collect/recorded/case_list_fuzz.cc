// libFuzzer target: any bytes as cases.json.
#include "collect/recorded/case_list.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto list =
      distdiag::collect::ParseCaseList({reinterpret_cast<const char*>(bytes), size}, "cases.json");
  if (list && list->cases.empty()) __builtin_trap();
  if (!list && list.error().message().find('\n') != std::string::npos) __builtin_trap();
  return 0;
}

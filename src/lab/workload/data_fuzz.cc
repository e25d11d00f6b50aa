#include "lab/workload/data.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view output(reinterpret_cast<const char*>(data), size);
  static_cast<void>(distdiag::lab::JudgeGoTpcOutput(output));
  const double done = distdiag::lab::GoTpcProgress(output, 3);
  if (!(done >= 0 && done <= 1)) __builtin_trap();
  return 0;
}

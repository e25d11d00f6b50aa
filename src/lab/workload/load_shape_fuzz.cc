#include "lab/workload/load_shape.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto ramp = distdiag::lab::ParseRamp({reinterpret_cast<const char*>(data), size});
  if (ramp && (ramp->from < 0 || ramp->to < 0)) __builtin_trap();
  return 0;
}

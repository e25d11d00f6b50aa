// libFuzzer target: any bytes as the configuration file.
#include "engine/config.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto config =
      distdiag::engine::ParseConfig({reinterpret_cast<const char*>(bytes), size}, "fuzz.yaml");
  if (!config && config.error().message().find('\n') != std::string::npos) __builtin_trap();
  return 0;
}

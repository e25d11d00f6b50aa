// libFuzzer target: any bytes as a node's CSV.
#include "collect/recorded/node_csv.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto table =
      distdiag::collect::ParseNodeCsv({reinterpret_cast<const char*>(bytes), size}, "fuzz.csv");
  if (table && table->values.size() != table->times.size() * table->columns.size())
    __builtin_trap();
  if (!table && table.error().message().find('\n') != std::string::npos) __builtin_trap();
  return 0;
}

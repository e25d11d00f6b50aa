// libFuzzer target: any bytes as a table of a public data set.
#include "engine/eval/public_sets/csv_table.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto table =
      distdiag::engine::ParseCsvTable({reinterpret_cast<const char*>(bytes), size}, "fuzz.csv");
  if (table && table->values.size() != table->row_count() * table->columns.size()) __builtin_trap();
  if (!table && table.error().message().find('\n') != std::string::npos) __builtin_trap();
  return 0;
}

// libFuzzer target: any bytes as a statement's text.
#include "collect/statement_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace distdiag::collect;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  for (const TextEnd end : {TextEnd::kWhole, TextEnd::kCut}) {
    const std::string kind = NormaliseStatement(text, end);
    if (kind.size() > kMostStatementText) __builtin_trap();
    if (NormaliseStatement(kind) != kind) __builtin_trap();
    // Quotes stand in quoted names only, digits in names.
    if (kind.find('`') == std::string::npos && kind.find_first_of("'\"") != std::string::npos)
      __builtin_trap();
  }
  return 0;
}

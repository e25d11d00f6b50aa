// Fuzzes the stored form of a drill: what is read is written again as the same text.
#include "store/drill_json.h"

#include "base/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace distdiag;
  domain::Drill drill;
  if (!store::ReadDrillJson({reinterpret_cast<const char*>(bytes), size}, drill).ok()) return 0;
  const std::string text = store::DrillToJson(drill);
  domain::Drill again;
  CHECK(store::ReadDrillJson(text, again).ok());
  CHECK(store::DrillToJson(again) == text);
  return 0;
}

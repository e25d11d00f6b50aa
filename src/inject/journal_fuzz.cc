// libFuzzer target: any bytes as a journal file or a plan; what is read is written again as the same text.
#include "base/check.h"
#include "inject/journal.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace distdiag::inject;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto entry = ParseEntry(text, "fuzz.json")) {
    const std::string written = EntryToJson(*entry);
    const auto again = ParseEntry(written, "fuzz.json");
    CHECK(again.has_value());
    CHECK(EntryToJson(*again) == written);
  }
  if (const auto plan = ParsePlan(text, "fuzz.json")) {
    const auto again = ParsePlan(PlanToJson(*plan), "fuzz.json");
    CHECK(again.has_value());
    CHECK(*again == *plan);
    for (const Step& step : plan->start) CHECK(!Describe(step).empty());
  }
  return 0;
}

#include "engine/record/campaign_plan.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  (void)distdiag::engine::ParseCampaignPlan(text, "fuzz");
  return 0;
}

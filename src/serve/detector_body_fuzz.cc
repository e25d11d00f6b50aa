// Fuzzes the bodies about detectors.
#include "serve/detector_body.h"

#include "base/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace distdiag;
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  const auto change = serve::ParseDetectorChange(body);
  if (change) CHECK(!change->author.empty() && domain::CheckDetectors(change->definitions).ok());
  const auto plain = domain::ParseDetectors(body, "body");
  if (plain) {
    const auto again = domain::ParseDetectors(domain::DetectorsToJson(*plain), "again");
    CHECK(again && *again == *plain);
  }
  return 0;
}

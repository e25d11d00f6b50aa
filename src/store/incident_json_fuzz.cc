// Fuzzes the reading of stored incidents: a damaged row must give an error, never a crash.
#include "store/incident_json.h"

#include "base/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto read = distdiag::store::IncidentFromJson({reinterpret_cast<const char*>(bytes), size});
  if (!read) return 0;
  // What was read can be written, and that reads back to the same bytes.
  const std::string written = distdiag::store::IncidentToJson(read->incident, read->topology);
  const auto again = distdiag::store::IncidentFromJson(written);
  CHECK(again && distdiag::store::IncidentToJson(again->incident, again->topology) == written);
  return 0;
}

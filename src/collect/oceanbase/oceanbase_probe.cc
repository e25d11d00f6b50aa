#include "collect/oceanbase/oceanbase_probe.h"

#include <utility>

namespace distdiag::collect {

OceanBaseProbe::OceanBaseProbe(OceanBaseProbeOptions options, base::Clock& clock)
    : OceanBaseProbe(options, clock, ServerSessions(options.endpoint, clock)) {}

OceanBaseProbe::OceanBaseProbe(OceanBaseProbeOptions options, base::Clock& clock,
                               SessionOpener opener)
    : options_(std::move(options)),
      clock_(clock),
      open_(std::move(opener)),
      parts_(options_.node, options_.slow_part_limit, clock_) {}

base::Status OceanBaseProbe::Connect(base::Timestamp deadline) {
  auto session = open_(deadline - clock_.Now());
  if (!session) return std::move(session).error();
  auto found = DiscoverCapabilities(**session, deadline, clock_);
  if (!found) return std::move(found).error();
  capabilities_ = std::move(*found);
  session_ = std::move(*session);
  if (parts_.empty()) MakeParts();
  return base::OkStatus();
}

// One line a part, in the order in which they are asked for the first time.
void OceanBaseProbe::MakeParts() {}

base::Result<ProbeReading> OceanBaseProbe::Read(base::Timestamp deadline) {
  if (session_ == nullptr) RETURN_FAIL_IF_ERROR(Connect(deadline));
  ProbeReading reading{
      .time = clock_.Now(), .values = {}, .changes = {}, .limits = {}, .facts = {}};
  if (parts_.Read(*session_, deadline, reading) == SessionState::kGiveUp) session_.reset();
  return reading;
}

}  // namespace distdiag::collect

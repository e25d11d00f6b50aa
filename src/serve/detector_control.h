// What the API may ask of a cluster's detectors; engine implements it.
//
// Why so: serve knows neither detectors nor pipeline; a change takes effect at the next tick, in the loop that owns them.
// Thread: safe. Cost: Preview runs the diagnosis twice over the history, for seconds; one at a time.
#pragma once

#include "base/status.h"
#include "domain/backtest.h"
#include "domain/detector_definition.h"
#include "domain/topology.h"
#include "store/detector_repository.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::serve {

struct DetectorState {
  store::DetectorVersion
      version;  // id 0 = nothing was changed yet, the shipped definitions are at work
  std::vector<std::size_t>
      series;  // by definition: how many series that can alarm it decides for now
};

struct DetectorChange {
  std::string author;
  std::string reason;
  std::int64_t base_version =
      0;  // what the change was made from; another one meanwhile is a conflict
  domain::DetectorDefinitions definitions;
};

class DetectorControl {
 public:
  virtual ~DetectorControl() = default;
  virtual std::string cluster() const = 0;
  virtual const domain::Topology& topology() const = 0;
  virtual base::Result<DetectorState> Current() const = 0;
  // Stores a new version and hands it to the loop. FailedPrecondition: another version came between.
  virtual base::Result<DetectorState> Submit(const DetectorChange& change) = 0;
  // Newest first.
  virtual base::Result<std::vector<store::DetectorVersion>> Versions(int limit) const = 0;
  // The definitions of an older version as a new one.
  virtual base::Result<DetectorState> Restore(std::int64_t version, const std::string& author,
                                              const std::string& reason) = 0;
  // Of the history that is kept within [from, to]. FailedPrecondition: another preview is running.
  virtual base::Result<domain::Backtest> Preview(const domain::DetectorDefinitions& definitions,
                                                 base::Timestamp from, base::Timestamp to) = 0;
};

}  // namespace distdiag::serve

// What the diagnosis says at every tick of one case, as lines of JSON: to compare a case watched live with its replay.
//
// Thread: single (owner: the caller).
#pragma once

#include "base/status.h"
#include "domain/sample.h"
#include "domain/topology.h"
#include "domain/window.h"
#include "engine/pipeline.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace distdiag::engine {

class VerdictLog {
 public:
  VerdictLog(domain::Topology topology, domain::SeriesLayout layout,
             std::shared_ptr<const detect::ModelArtefact> model);

  // Begins anew: the next tick is the first that the diagnosis sees.
  base::Status Begin();
  // REQUIRES: Begin().
  void Note(domain::TickSamples samples);
  // One line a tick up to `until`: time, shown and first pairs with their probability, whether an incident is open.
  std::string Text(base::Timestamp until) const;

 private:
  const domain::Topology topology_;
  const domain::SeriesLayout layout_;
  const std::shared_ptr<const detect::ModelArtefact> model_;
  std::unique_ptr<Pipeline> pipeline_;
  std::vector<std::pair<base::Timestamp, std::string>> lines_;
};

}  // namespace distdiag::engine

// Puts readings that arrive at any time into ticks: what is fresh at a tick belongs to it, nothing twice, nothing from long ago.
//
// Why so: apart from threads and clocks, so that "late", "stale" and "silent" are tested as plain values. The rule is that of the
// recordings: a reading belongs to the first tick at or after it, unless it is older than 1.25 intervals by then.
// Thread: single (owner: the live source, under its lock). Cost: a move of each reading.
#pragma once

#include "collect/probe.h"
#include "collect/source.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

// What a probe is, in the order of the live source's list.
struct ProbePlace {
  domain::NodeIndex node{};
  std::string kind;
};

class TickAssembler {
 public:
  TickAssembler(std::size_t node_count, std::vector<ProbePlace> probes, base::Duration interval);

  // A reading or a failure of probe `probe` at `now`. A second reading before the next tick replaces the first (counted).
  void Deliver(std::size_t probe, base::Result<ProbeReading> outcome, base::Timestamp now);
  // The tick of `time`. A node is `answered` when any of its probes brought values.
  SourceTick Assemble(base::Timestamp time);

  // Readings that no tick took: came too late, or replaced by a newer one.
  std::uint64_t shed_readings() const { return shed_; }

 private:
  struct State {
    ProbePlace place;
    std::optional<ProbeReading> fresh;
    std::optional<ProbeTrouble> failure;
    std::vector<ProbeTrouble> limits;
    domain::NodeRole role{};  // the newest that was told
  };

  const std::size_t node_count_;
  const base::Duration interval_;
  std::vector<State> probes_;
  std::vector<domain::ChangeEvent> changes_;
  std::uint64_t shed_ = 0;
};

}  // namespace distdiag::collect

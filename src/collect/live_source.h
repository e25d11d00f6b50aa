// Watches live nodes: every probe on its own thread and connection, one tick an interval whatever the probes do.
//
// Why so: a node that hangs must not delay the others nor the tick. A probe begins to read shortly before the tick, so its values
// are as new as they can be; one that comes late joins the next tick (TickAssembler); one that fails is tried again with a
// growing pause, and its last message stands in every tick until it works again.
// Thread: Next() single (owner: the source thread); owns one thread a probe. Cost: a probe's own, plus two context switches.
#pragma once

#include "base/clock.h"
#include "base/mutex.h"
#include "base/self_metrics.h"
#include "collect/probe.h"
#include "collect/source.h"
#include "collect/tick_assembler.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace distdiag::collect {

struct LiveOptions {
  base::Duration interval = std::chrono::seconds(1);     // ticks fall on multiples of it
  base::Duration read_limit = std::chrono::seconds(10);  // a reading that takes longer has failed
  base::Duration longest_pause =
      std::chrono::seconds(10);  // between two attempts of a failing probe
};

struct LiveProbe {
  domain::NodeIndex node{};
  std::unique_ptr<Probe> probe;
};

class LiveSource final : public Source {
 public:
  // `clock` and `metrics` outlive it. The probes' threads start with the first Next().
  LiveSource(const domain::Topology& topology, std::vector<LiveProbe> probes, LiveOptions options,
             base::Clock& clock, base::SelfMetrics& metrics);
  ~LiveSource() override;  // stops; waits for readings under way, at most read_limit

  std::optional<SourceTick> Next(base::StopSignal& stop) override;

 private:
  void Watch(std::size_t index);
  void Start();

  const domain::Topology topology_;
  const LiveOptions options_;
  base::Clock& clock_;
  base::SelfMetrics& metrics_;
  std::vector<LiveProbe> probes_;

  base::StopSignal stopping_;
  base::Mutex mutex_;
  TickAssembler assembler_ GUARDED_BY(mutex_);

  base::Timestamp next_tick_;  // of the source thread; zero = not started
  std::vector<std::jthread> threads_;
};

}  // namespace distdiag::collect

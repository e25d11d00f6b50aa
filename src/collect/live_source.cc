#include "collect/live_source.h"

#include "base/executor.h"
#include "base/logging.h"

#include <algorithm>
#include <utility>

namespace distdiag::collect {
namespace {

// Reading begins so long before the tick: a healthy server answers within it.
base::Duration Lead(base::Duration interval) {
  return std::min<base::Duration>(interval / 10, std::chrono::milliseconds(200));
}

base::Timestamp NextMultiple(base::Timestamp time, base::Duration interval) {
  const auto since = time.time_since_epoch();
  return base::Timestamp(since - since % interval + interval);
}

std::vector<ProbePlace> PlacesOf(const std::vector<LiveProbe>& probes) {
  std::vector<ProbePlace> places;
  places.reserve(probes.size());
  for (const LiveProbe& one : probes) places.push_back({one.node, std::string(one.probe->kind())});
  return places;
}

}  // namespace

LiveSource::LiveSource(const domain::Topology& topology, std::vector<LiveProbe> probes,
                       LiveOptions options, base::Clock& clock, base::SelfMetrics& metrics)
    : topology_(topology),
      options_(options),
      clock_(clock),
      metrics_(metrics),
      probes_(std::move(probes)),
      assembler_(topology.nodes.size(), PlacesOf(probes_), options.interval) {}

LiveSource::~LiveSource() { stopping_.Request(); }  // jthread joins

void LiveSource::Start() {
  next_tick_ = NextMultiple(clock_.Now(), options_.interval);
  for (std::size_t i = 0; i < probes_.size(); ++i) threads_.emplace_back([this, i] { Watch(i); });
}

void LiveSource::Watch(std::size_t index) {
  const LiveProbe& live = probes_[index];
  const std::string node = topology_.nodes[domain::Index(live.node)].name;
  const std::string kind(live.probe->kind());
  base::NameThisThread("dd-" + kind + "-" + node);
  const base::SelfMetrics::Labels labels{{"node", node}, {"probe", kind}};
  base::Counter& readings = metrics_.GetCounter("distdiag_probe_readings_total",
                                                "Readings of nodes that succeeded", labels);
  base::Counter& failures =
      metrics_.GetCounter("distdiag_probe_failures_total", "Readings of nodes that failed", labels);
  base::Duration pause = options_.interval;
  std::string told;
  const base::Duration lead = Lead(options_.interval);
  base::Timestamp due = NextMultiple(clock_.Now() + lead, options_.interval) - lead;
  while (clock_.SleepUntil(due, stopping_)) {
    auto outcome = live.probe->Read(clock_.Now() + options_.read_limit);
    if (stopping_.requested()) return;
    const base::Timestamp now = clock_.Now();
    (outcome ? readings : failures).Add();
    const std::string message = outcome ? std::string() : outcome.error().message();
    if (message != told) {
      base::Log(outcome ? base::LogLevel::kInfo : base::LogLevel::kWarning,
                outcome ? "probe_works" : "probe_failed",
                {{"node", node}, {"probe", kind}, {"message", message}});
      told = message;
    }
    pause = outcome ? options_.interval : std::min(pause * 2, options_.longest_pause);
    {
      base::MutexLock lock(mutex_);
      assembler_.Deliver(index, std::move(outcome), now);
    }
    due = NextMultiple(
              now + lead + (told.empty() ? base::Duration::zero() : pause - options_.interval),
              options_.interval) -
          lead;
  }
}

std::optional<SourceTick> LiveSource::Next(base::StopSignal& stop) {
  const bool first = threads_.empty();
  if (first) Start();
  if (!clock_.SleepUntil(next_tick_, stop)) return std::nullopt;
  // A suspended machine or a long stop: the ticks missed are gone, the present goes on.
  const base::Timestamp now = clock_.Now();
  const bool jumped = now - next_tick_ > 5 * options_.interval;
  if (jumped) next_tick_ = NextMultiple(now - options_.interval, options_.interval);
  base::MutexLock lock(mutex_);
  SourceTick tick = assembler_.Assemble(next_tick_);
  tick.samples.starts_new_stretch = first || jumped;
  metrics_
      .GetGauge("distdiag_probe_readings_shed",
                "Readings that no tick took: too late, or replaced by a newer one")
      .Set(static_cast<double>(assembler_.shed_readings()));
  next_tick_ += options_.interval;
  return tick;
}

}  // namespace distdiag::collect

// Where engine puts what is new; serve reads the newest value from here and tells it to the live listeners.
//
// Why so: one call publishes for both readers, REST and server-sent events, so they can't differ.
// Thread: safe. Owner: engine. Cost: Publish swaps pointers under a short lock; JSON is written only when an event goes out.
#pragma once

#include "base/clock.h"
#include "base/mutex.h"
#include "base/self_metrics.h"
#include "domain/drill.h"
#include "domain/incident.h"
#include "serve/live_state.h"
#include "serve/sse_hub.h"

#include <map>
#include <memory>
#include <string>

namespace distdiag::serve {

class LiveFeed {
 public:
  // `clock` and `metrics` outlive the feed.
  LiveFeed(base::Clock& clock, base::SelfMetrics& metrics, SseOptions options = {});

  // Replaces what was there. A `cluster` event goes out for each cluster whose value is a new pointer, at most one a
  // second and cluster (by `clock`); what comes in between is told by the next Flush().
  void Publish(std::shared_ptr<const LiveState> state) LOCKS_EXCLUDED(mutex_);
  void PublishStatus(std::shared_ptr<const StatusInfo> status) LOCKS_EXCLUDED(mutex_);
  // Also sends a `demo` event when something has changed.
  void PublishDemo(std::shared_ptr<const DemoStatus> demo) LOCKS_EXCLUDED(mutex_);
  // Sends an `incident` event; the incident must be stored already (its id is shown).
  void PublishIncident(const domain::IncidentEvent& event, const domain::Topology& topology);
  // Sends a `drill` event; the drill must be stored already (its id is shown).
  void PublishDrill(std::shared_ptr<const domain::Drill> drill);
  // Sends held-back `cluster` events that are due; the server calls it every second.
  void Flush() LOCKS_EXCLUDED(mutex_);

  // Never nullptr (empty values before the first Publish), except demo(): nullptr = no demo runs.
  std::shared_ptr<const LiveState> state() const LOCKS_EXCLUDED(mutex_);
  std::shared_ptr<const StatusInfo> status() const LOCKS_EXCLUDED(mutex_);
  std::shared_ptr<const DemoStatus> demo() const LOCKS_EXCLUDED(mutex_);
  SseHub& hub() { return hub_; }

 private:
  struct Told {
    base::Timestamp when;
    std::shared_ptr<const ClusterLive> value;
  };
  std::vector<std::shared_ptr<const ClusterLive>> TakeDue() LOCKS_REQUIRED(mutex_);
  void Tell(const std::vector<std::shared_ptr<const ClusterLive>>& clusters);

  base::Clock& clock_;
  SseHub hub_;

  mutable base::Mutex mutex_;
  std::shared_ptr<const LiveState> state_ GUARDED_BY(mutex_);
  std::shared_ptr<const StatusInfo> status_ GUARDED_BY(mutex_);
  std::shared_ptr<const DemoStatus> demo_ GUARDED_BY(mutex_);
  std::map<std::string, Told, std::less<>> told_ GUARDED_BY(mutex_);
  std::string told_demo_ GUARDED_BY(mutex_);
};

}  // namespace distdiag::serve

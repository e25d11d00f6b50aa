#include "serve/live_feed.h"

#include "serve/api_json.h"

#include <utility>

namespace distdiag::serve {
namespace {

constexpr base::Duration kClusterEventEvery = std::chrono::seconds(1);

}  // namespace

LiveFeed::LiveFeed(base::Clock& clock, base::SelfMetrics& metrics, SseOptions options)
    : clock_(clock),
      hub_(options, static_cast<std::uint64_t>(base::ToUnixMillis(clock.Now())), metrics),
      state_(std::make_shared<const LiveState>()),
      status_(std::make_shared<const StatusInfo>()) {}

std::vector<std::shared_ptr<const ClusterLive>> LiveFeed::TakeDue() {
  const base::Timestamp now = clock_.Now();
  std::vector<std::shared_ptr<const ClusterLive>> due;
  for (const auto& cluster : state_->clusters) {
    Told& told = told_[cluster->topology.cluster];
    // A clock that was set back must not silence the cluster.
    const bool too_soon =
        told.value != nullptr && now >= told.when && now - told.when < kClusterEventEvery;
    if (told.value == cluster || too_soon) continue;
    told = {.when = now, .value = cluster};
    due.push_back(cluster);
  }
  return due;
}

void LiveFeed::Tell(const std::vector<std::shared_ptr<const ClusterLive>>& clusters) {
  for (const auto& cluster : clusters)
    hub_.Publish("cluster", ClusterToJson(*cluster, clock_.Now()));
}

void LiveFeed::Publish(std::shared_ptr<const LiveState> state) {
  std::vector<std::shared_ptr<const ClusterLive>> due;
  {
    base::MutexLock lock(mutex_);
    state_ = std::move(state);
    due = TakeDue();
  }
  Tell(due);
}

void LiveFeed::Flush() {
  std::vector<std::shared_ptr<const ClusterLive>> due;
  {
    base::MutexLock lock(mutex_);
    due = TakeDue();
  }
  Tell(due);
}

void LiveFeed::PublishStatus(std::shared_ptr<const StatusInfo> status) {
  base::MutexLock lock(mutex_);
  status_ = std::move(status);
}

void LiveFeed::PublishDemo(std::shared_ptr<const DemoStatus> demo) {
  std::string json = DemoToJson(*demo);
  {
    base::MutexLock lock(mutex_);
    demo_ = std::move(demo);
    if (json == told_demo_) return;
    told_demo_ = json;
  }
  hub_.Publish("demo", json);
}

void LiveFeed::PublishIncident(const domain::IncidentEvent& event,
                               const domain::Topology& topology) {
  hub_.Publish("incident", IncidentEventToJson(event, topology));
}

void LiveFeed::PublishDrill(std::shared_ptr<const domain::Drill> drill) {
  hub_.Publish("drill", DrillToApiJson(*drill));
}

std::shared_ptr<const LiveState> LiveFeed::state() const {
  base::MutexLock lock(mutex_);
  return state_;
}

std::shared_ptr<const StatusInfo> LiveFeed::status() const {
  base::MutexLock lock(mutex_);
  return status_;
}

std::shared_ptr<const DemoStatus> LiveFeed::demo() const {
  base::MutexLock lock(mutex_);
  return demo_;
}

}  // namespace distdiag::serve

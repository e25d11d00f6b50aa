// What the tests of this room share: sample incidents, fakes for transport, outbox and channel.
#pragma once

#include "base/http_transport.h"
#include "base/mutex.h"
#include "domain/incident.h"
#include "notify/outbox_pump.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace distdiag::notify {

inline base::Timestamp At(double seconds) {
  return base::TimestampFromSeconds(1795489925 + seconds);
}

inline domain::Topology Lab() {
  return {.cluster = "lab", .nodes = {{"n1", ""}, {"n2", ""}, {"n3", ""}}};
}

inline domain::RankedCause Cause(std::uint32_t node, domain::ProblemId problem, bool shown = true) {
  domain::RankedCause cause;
  cause.target.node = domain::NodeIndex(node);
  cause.problem = problem;
  cause.probability = 0.937;
  cause.shown = shown;
  return cause;
}

inline domain::IncidentEvent SampleEvent(domain::IncidentChange change) {
  domain::IncidentEvent event{.change = change, .incident = {}};
  event.incident.id = 7;
  event.incident.cluster = "lab";
  event.incident.started = At(-5);
  event.incident.detected = At(0);
  event.incident.updated = At(0);
  domain::RankedCause cause = Cause(1, domain::ProblemId::kCpu);
  cause.evidence = {{.node = domain::NodeIndex(1),
                     .metric = *domain::FindMetric("h_cpu_ext"),
                     .detector = domain::DetectorKind::kPeer,
                     .severity = 0.9,
                     .time = At(0),
                     .evidence = {.observed = 0.4912,
                                  .expected = 0.09,
                                  .band_low = 0.03,
                                  .band_high = 0.15,
                                  .since = At(0)}}};
  event.incident.verdict.ranking = {cause, Cause(2, domain::ProblemId::kIo, false)};
  if (change == domain::IncidentChange::kResolved) {
    event.incident.state = domain::IncidentState::kResolved;
    event.incident.resolved = At(60);
  }
  return event;
}

inline domain::Delivery SampleDelivery(std::int64_t id, const std::string& channel) {
  domain::Delivery delivery;
  delivery.id = id;
  delivery.incident_id = id;
  delivery.channel = channel;
  delivery.event = "opened";
  delivery.payload = "{\"text\":\"n2: CPU saturated\"}";
  delivery.created = At(0);
  delivery.next_attempt = At(0);
  return delivery;
}

// Answers with what it was told; remembers what it was asked. Thread: safe.
class FakeTransport final : public base::HttpTransport {
 public:
  void Answer(base::Result<base::HttpResponse> answer) {
    base::MutexLock lock(mutex_);
    answer_ = std::move(answer);
  }
  base::Result<base::HttpResponse> Send(const base::HttpRequest& request) override {
    base::MutexLock lock(mutex_);
    requests_.push_back(request);
    return answer_;
  }
  std::vector<base::HttpRequest> requests() const {
    base::MutexLock lock(mutex_);
    return requests_;
  }

 private:
  mutable base::Mutex mutex_;
  base::Result<base::HttpResponse> answer_ GUARDED_BY(mutex_) = base::HttpResponse{.status = 200,
                                                                                   .body = {}};
  std::vector<base::HttpRequest> requests_ GUARDED_BY(mutex_);
};

// An outbox in memory with the same promises as the stored one. Thread: safe.
class MemoryOutbox final : public Outbox {
 public:
  void Add(const domain::Delivery& delivery) {
    base::MutexLock lock(mutex_);
    deliveries_[delivery.id] = delivery;
  }
  void Fail(base::Status status) {
    base::MutexLock lock(mutex_);
    failure_ = std::move(status);
  }
  domain::Delivery Get(std::int64_t id) const {
    base::MutexLock lock(mutex_);
    return deliveries_.at(id);
  }

  base::Result<std::vector<domain::Delivery>> TakeDue(base::Timestamp now, int limit) override {
    base::MutexLock lock(mutex_);
    if (!failure_.ok()) return base::Fail(failure_);
    std::vector<domain::Delivery> due;
    for (const domain::Delivery& delivery : HeadsOfLine()) {
      if (delivery.next_attempt <= now && static_cast<int>(due.size()) < limit)
        due.push_back(delivery);
    }
    return due;
  }
  base::Result<std::optional<base::Timestamp>> NextDue() override {
    base::MutexLock lock(mutex_);
    std::optional<base::Timestamp> next;
    for (const domain::Delivery& delivery : HeadsOfLine()) {
      next = std::min(next.value_or(delivery.next_attempt), delivery.next_attempt);
    }
    return next;
  }
  base::Status Record(const domain::Delivery& delivery) override {
    base::MutexLock lock(mutex_);
    deliveries_[delivery.id] = delivery;
    return base::OkStatus();
  }

 private:
  std::vector<domain::Delivery> HeadsOfLine() const LOCKS_REQUIRED(mutex_) {
    std::vector<domain::Delivery> heads;
    std::map<std::pair<std::int64_t, std::string>, bool> seen;
    for (const auto& [id, delivery] : deliveries_) {
      if (delivery.state != domain::DeliveryState::kPending) continue;
      if (seen.emplace(std::pair(delivery.incident_id, delivery.channel), true).second)
        heads.push_back(delivery);
    }
    return heads;
  }

  mutable base::Mutex mutex_;
  std::map<std::int64_t, domain::Delivery> deliveries_ GUARDED_BY(mutex_);
  base::Status failure_ GUARDED_BY(mutex_);
};

}  // namespace distdiag::notify

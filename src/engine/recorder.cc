#include "engine/recorder.h"

#include <algorithm>
#include <utility>

namespace distdiag::engine {
namespace {

constexpr std::size_t kMostWaitingAlarms = 100'000;  // about 8 MB: hours of trouble on a full disk
constexpr int kTicksAGroupCommit = 5;  // alarms are written together, one fsync for several ticks

}  // namespace

Recorder::Recorder(RecorderDeps deps, domain::Topology topology, std::vector<std::string> channels,
                   notify::MessageOptions message_options, notify::AlarmBudgetOptions budget)
    : deps_(deps),
      topology_(std::move(topology)),
      channels_(std::move(channels)),
      message_options_(std::move(message_options)),
      paging_(budget),
      alarms_stored_(
          deps.metrics.GetCounter("distdiag_alarms_stored_total", "Alarms written to the store")),
      alarms_shed_(deps.metrics.GetCounter(
          "distdiag_alarms_shed_total", "Alarms not stored because too many waited for the store")),
      pages_held_back_(deps.metrics.GetCounter(
          "distdiag_pages_held_back_total",
          "Incidents that the alarm budget kept from being sent when they opened")) {}

void Recorder::Resume(std::span<const domain::Incident> incidents) {
  for (const domain::Incident& incident : incidents) {
    paging_.Restore(incident);
    if (!incident.resolved) ids_[incident.detected] = incident.id;
  }
}

void Recorder::NoteAlarms(std::span<const domain::Alarm> alarms) {
  std::map<AlarmKey, base::Timestamp> standing;
  for (const domain::Alarm& alarm : alarms) {
    const AlarmKey key{alarm.node, alarm.metric, alarm.detector};
    standing[key] = alarm.evidence.since;
    const auto before = standing_.find(key);
    if (before != standing_.end() && before->second == alarm.evidence.since) continue;
    if (waiting_alarms_.size() == kMostWaitingAlarms) {
      waiting_alarms_.pop_front();
      alarms_shed_.Add();
    }
    waiting_alarms_.push_back(alarm);
  }
  standing_ = std::move(standing);
}

void Recorder::NoteRefresh(domain::Incident incident, store::IncidentEvidence evidence) {
  const auto same = [&](const auto& entry) { return entry.first.detected == incident.detected; };
  std::erase_if(refreshes_, same);
  refreshes_.emplace_back(std::move(incident), std::move(evidence));
}

void Recorder::Flush(incident::IncidentTracker& tracker) {
  blocked_ = false;
  while (!changes_.empty() && WriteFirstChange(tracker)) {
  }
  if (!blocked_) WriteRefreshes();
  if (!blocked_ && ++ticks_since_alarm_write_ >= kTicksAGroupCommit) WriteAlarms();
}

void Recorder::Fail(const base::Status& status) {
  blocked_ = true;
  deps_.notices.Report("store_write_failed", status.message());
}

base::Status Recorder::StoreChange(store::Transaction& transaction, Change& change) {
  domain::Incident& incident = change.event.incident;
  if (incident.id == 0) {
    ASSIGN_OR_RETURN_STATUS(incident.id, deps_.incidents.Insert(transaction, incident, topology_));
  } else {
    RETURN_IF_ERROR(deps_.incidents.Update(transaction, incident, topology_));
  }
  return SaveEvidence(transaction, incident.id, change.evidence);
}

// What was saved stays when there is nothing better: the window no longer holds the beginning.
base::Status Recorder::SaveEvidence(store::Transaction& transaction, std::int64_t id,
                                    const store::IncidentEvidence& evidence) {
  if (evidence.charts_json.empty()) return base::OkStatus();
  return deps_.incidents.SaveEvidence(transaction, id, evidence);
}

base::Status Recorder::Enqueue(store::Transaction& transaction, const Change& change) {
  const domain::IncidentEvent& event = change.event;
  const base::Timestamp now = deps_.clock.Now();
  const notify::Message message =
      notify::RenderMessage(event, topology_, message_options_, change.statements);
  for (const std::string& channel : channels_) {
    domain::Delivery delivery;
    delivery.incident_id = event.incident.id;
    delivery.channel = channel;
    delivery.event = domain::IncidentChangeName(event.change);
    delivery.payload = message.payload_json;
    delivery.created = now;
    delivery.next_attempt = now;
    ASSIGN_OR_RETURN_STATUS([[maybe_unused]] const auto id,
                            deps_.deliveries.Enqueue(transaction, delivery));
  }
  return base::OkStatus();
}

void Recorder::Close(incident::IncidentTracker& tracker) {
  ticks_since_alarm_write_ = kTicksAGroupCommit;
  Flush(tracker);
}

bool Recorder::WriteFirstChange(incident::IncidentTracker& tracker) {
  Change change = changes_.front();
  domain::Incident& incident = change.event.incident;
  if (incident.id == 0) {
    if (const auto known = ids_.find(incident.detected); known != ids_.end())
      incident.id = known->second;
  }
  // Decided on a copy: what is rolled back was not told.
  notify::PagingPolicy paging = paging_;
  notify::PageReason reason = notify::PageReason::kSamePair;
  const base::Status status = deps_.database.InTransaction([&](store::Transaction& transaction) {
    RETURN_IF_ERROR(StoreChange(transaction, change));
    reason = paging.Decide(change.event);
    return notify::IsSent(reason) ? Enqueue(transaction, change) : base::OkStatus();
  });
  if (!status.ok()) {
    Fail(status);
    return false;
  }
  paging_ = std::move(paging);
  ids_[incident.detected] = incident.id;
  tracker.SetId(incident.detected, incident.id);
  if (incident.resolved) ids_.erase(incident.detected);
  if (incident.resolved)
    std::erase_if(refreshes_,
                  [&](const auto& entry) { return entry.first.detected == incident.detected; });
  changes_.pop_front();
  deps_.feed.PublishIncident(change.event, topology_);
  if (notify::IsSent(reason) && wake_) wake_();
  if (reason == notify::PageReason::kOverBudget &&
      change.event.change == domain::IncidentChange::kOpened)
    pages_held_back_.Add();
  return true;
}

bool Recorder::WriteRefreshes() {
  if (refreshes_.empty()) return true;
  const base::Status status = deps_.database.InTransaction([&](store::Transaction& transaction) {
    for (auto& [incident, evidence] : refreshes_) {
      const auto id = ids_.find(incident.detected);
      if (id == ids_.end()) continue;
      incident.id = id->second;
      RETURN_IF_ERROR(deps_.incidents.Update(transaction, incident, topology_));
      RETURN_IF_ERROR(SaveEvidence(transaction, incident.id, evidence));
    }
    return base::OkStatus();
  });
  if (!status.ok()) {
    Fail(status);
    return false;
  }
  refreshes_.clear();
  return true;
}

bool Recorder::WriteAlarms() {
  if (waiting_alarms_.empty()) return true;
  const std::vector<domain::Alarm> batch(waiting_alarms_.begin(), waiting_alarms_.end());
  if (const base::Status status = deps_.alarms.Append(batch, topology_); !status.ok()) {
    Fail(status);
    return false;
  }
  alarms_stored_.Add(batch.size());
  waiting_alarms_.clear();
  ticks_since_alarm_write_ = 0;
  return true;
}

}  // namespace distdiag::engine

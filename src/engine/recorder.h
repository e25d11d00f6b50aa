// Writes what happened into the store, in the order it happened, and tells the live listeners once it is durable.
//
// Why so: an incident's change, its evidence and its notifications go into one transaction, so none can be there without the
// others. When the disk is full nothing is lost: changes wait here and are tried again at every tick; alarms wait in a bounded
// buffer, and what that sheds is counted.
// Thread: single (owner: the engine loop).
// Cost: nothing at a calm tick; one transaction (one fsync) a change, one a refresh while an incident is open.
#pragma once

#include "base/clock.h"
#include "base/self_metrics.h"
#include "domain/alarm.h"
#include "domain/incident.h"
#include "domain/statement.h"
#include "engine/notice_board.h"
#include "incident/incident_tracker.h"
#include "notify/message.h"
#include "notify/paging_policy.h"
#include "serve/live_feed.h"
#include "store/alarm_repository.h"
#include "store/database.h"
#include "store/delivery_repository.h"
#include "store/incident_repository.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace distdiag::engine {

struct RecorderDeps {
  store::Database& database;
  store::AlarmRepository& alarms;
  store::IncidentRepository& incidents;
  store::DeliveryRepository& deliveries;
  serve::LiveFeed& feed;
  NoticeBoard& notices;
  base::Clock& clock;
  base::SelfMetrics& metrics;
};

class Recorder {
 public:
  // A change of an incident together with what proves it, taken while the window still holds it.
  struct Change {
    domain::IncidentEvent event;
    store::IncidentEvidence evidence;
    domain::StatementEvidence statements = {};  // for what is sent
  };

  Recorder(RecorderDeps deps, domain::Topology topology, std::vector<std::string> channels,
           notify::MessageOptions message_options, notify::AlarmBudgetOptions budget = {});

  // After a restart: the incidents of the last weeks, the oldest first. Open ones have been told already, unless the alarm budget
  // held them back.
  void Resume(std::span<const domain::Incident> incidents);
  // Keeps the alarms that begin with this tick (a series' alarm is stored once a stay outside its band).
  void NoteAlarms(std::span<const domain::Alarm> alarms);
  void NoteChange(Change change) { changes_.push_back(std::move(change)); }
  // The newest state of an open incident, without telling anybody; the newest replaces one that still waits.
  void NoteRefresh(domain::Incident incident, store::IncidentEvidence evidence);
  // Tries to write all that waits. Incidents that got an id are told to `tracker`. Call at every tick.
  void Flush(incident::IncidentTracker& tracker);
  // The last Flush: alarms do not wait for their group commit.
  void Close(incident::IncidentTracker& tracker);
  // What the alarm budget promised and what came of it, up to `now` of the source.
  notify::AlarmBudgetMeter AlarmBudget(base::Timestamp now) { return paging_.Meter(now); }
  // True while something could not be written.
  bool blocked() const { return blocked_; }
  // Called after deliveries were enqueued.
  void OnDeliveries(std::function<void()> wake) { wake_ = std::move(wake); }

 private:
  using AlarmKey = std::tuple<domain::NodeIndex, domain::MetricId, domain::DetectorKind>;

  bool WriteAlarms();
  bool WriteFirstChange(incident::IncidentTracker& tracker);
  bool WriteRefreshes();
  base::Status StoreChange(store::Transaction& transaction, Change& change);
  base::Status SaveEvidence(store::Transaction& transaction, std::int64_t id,
                            const store::IncidentEvidence& evidence);
  base::Status Enqueue(store::Transaction& transaction, const Change& change);
  void Fail(const base::Status& status);

  const RecorderDeps deps_;
  const domain::Topology topology_;
  const std::vector<std::string> channels_;
  const notify::MessageOptions message_options_;
  notify::PagingPolicy paging_;
  std::function<void()> wake_;

  std::map<AlarmKey, base::Timestamp> standing_;  // alarm -> its `since`
  std::deque<domain::Alarm> waiting_alarms_;
  std::deque<Change> changes_;
  std::map<base::Timestamp, std::int64_t> ids_;  // detected -> id, of incidents stored in this run
  std::vector<std::pair<domain::Incident, store::IncidentEvidence>> refreshes_;
  int ticks_since_alarm_write_ = 0;
  bool blocked_ = false;
  base::Counter& alarms_stored_;
  base::Counter& alarms_shed_;
  base::Counter& pages_held_back_;
};

}  // namespace distdiag::engine

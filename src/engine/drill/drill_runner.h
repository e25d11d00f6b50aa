// Runs drills one after the other on a live cluster: waits for calm, injects, watches, undoes, judges.
//
// Why so: page, command line and suites go through this one queue, so two drills never overlap. The engine's loop only hands in
// each tick; faults and stores are this object's own thread, so a slow act never delays the diagnosis.
// Thread: safe. Owner: engine. Lifecycle: New → Launch → Stop; Stop undoes the fault at work and is idempotent.
#pragma once

#include "base/clock.h"
#include "base/mutex.h"
#include "domain/sample.h"
#include "engine/drill/drill_judge.h"
#include "engine/pipeline.h"
#include "inject/injector.h"
#include "serve/drill_control.h"
#include "serve/live_feed.h"
#include "store/drill_repository.h"

#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace distdiag::engine {

struct DrillPacing {
  int calm_ticks = 5;  // with nothing open or pending, before a drill begins
  base::Duration calm_within = std::chrono::minutes(4);       // else the drill has failed
  base::Duration resolved_within = std::chrono::seconds(90);  // after the undo
  base::Duration look_every = std::chrono::milliseconds(250);
};

class DrillRunner final : public serve::DrillControl {
 public:
  // All outlive it.
  struct Deps {
    inject::Injector& injector;
    store::DrillRepository& drills;
    serve::LiveFeed& feed;
    base::Clock& clock;
  };
  DrillRunner(Deps deps, domain::Topology topology, DrillPacing pacing = {});
  ~DrillRunner() override;

  // Undoes what an earlier process left, then takes drills.
  void Launch();
  void Stop() LOCKS_EXCLUDED(mutex_);

  // The drill at work is to end: a preparation need not go on.
  bool interrupted() const { return !Interrupted().ok(); }

  // Call for every tick, from the engine's loop, after incidents got their ids.
  void NoteTick(base::Timestamp time, const TickOutcome& outcome,
                const incident::IncidentTracker& tracker) LOCKS_EXCLUDED(mutex_);
  // Faults begun and ended since the last call, for the change feed.
  std::vector<domain::ChangeEvent> TakeChanges() LOCKS_EXCLUDED(mutex_);

  std::vector<inject::FaultKind> Kinds() const override;
  std::vector<std::string> Targets() const override;
  std::vector<serve::DrillSuite> Suites() const override;
  base::Result<std::vector<serve::PlannedFault>> Plan(const serve::DrillRequest& request) override;
  base::Result<std::vector<domain::Drill>> Start(const serve::DrillRequest& request) override
      LOCKS_EXCLUDED(mutex_);
  base::Status Cancel(std::int64_t id) override LOCKS_EXCLUDED(mutex_);
  std::vector<domain::Drill> Current() const override LOCKS_EXCLUDED(mutex_);

 private:
  // What the thread is about to do with a drill; each returns what stops the drill.
  void Run();
  void RunOne(const domain::Drill& drill);
  base::Status AwaitCalm();
  base::Status Inject(const domain::Drill& drill, std::vector<std::string>& fault_ids);
  base::Status Hold(const domain::Drill& drill);
  base::Status Undo(const std::vector<std::string>& fault_ids);
  base::Status AwaitRecovery();
  // Waits a moment; stores and tells what has changed. False when the drill is to be given up.
  bool Look();
  // False when it could not be stored; then it is tried again.
  bool Tell();
  base::Status Interrupted() const LOCKS_EXCLUDED(mutex_);
  // Unfinished drills of an earlier process can't go on: they have failed.
  void CloseUnfinished();
  void DropQueue(const std::string& why) LOCKS_EXCLUDED(mutex_);
  bool StoreAndTell(const domain::Drill& drill);
  void NoteFault(domain::ChangeKind kind, const domain::Drill& drill);
  base::Result<std::vector<serve::PlannedFault>> PlanAll(const std::vector<domain::Drill>& drills);
  base::Result<std::vector<domain::Drill>> CheckAndStore(const serve::DrillRequest& request,
                                                         std::vector<domain::Drill> drills);
  base::Result<std::vector<domain::Drill>> DrillsOf(const serve::DrillRequest& request) const;
  base::Result<domain::DrillFault> Complete(const inject::FaultSpec& spec) const;

  const Deps deps_;
  const domain::Topology topology_;
  const DrillPacing pacing_;
  base::StopSignal stop_;
  std::jthread thread_;
  std::uint64_t told_version_ = 0;  // of the thread

  mutable base::Mutex mutex_;
  std::deque<domain::Drill> queue_ GUARDED_BY(mutex_);
  std::optional<DrillJudge> judge_ GUARDED_BY(mutex_);  // of the drill that runs
  bool cancelled_ GUARDED_BY(mutex_) = false;
  bool starting_ GUARDED_BY(mutex_) = false;  // one Start() or Plan() is at work
  int calm_ticks_ GUARDED_BY(mutex_) = 0;
  std::vector<domain::ChangeEvent> changes_ GUARDED_BY(mutex_);
};

}  // namespace distdiag::engine

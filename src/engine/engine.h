// The whole process put together: source → pipeline → store, notifications, live feed and server.
//
// Why so: the only place that builds objects of several rooms. Three threads of its own: the source (reads and paces), the
// loop (owns pipeline, recorder and watch: no lock in the diagnosis), the outbox (sends); the server brings its own.
// Thread: New/Start/Stop single. Lifecycle: New → Start → Stop; Stop is idempotent and safe after a failed Start.
#pragma once

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/file_system.h"
#include "base/http_transport.h"
#include "base/self_metrics.h"
#include "collect/recorded/recorded_source.h"
#include "engine/cluster_charts.h"
#include "engine/cluster_watch.h"
#include "engine/config.h"
#include "engine/demo_progress.h"
#include "engine/detector_desk.h"
#include "engine/drill/drill_runner.h"
#include "engine/notice_board.h"
#include "engine/pipeline.h"
#include "engine/recorder.h"
#include "incident/statement_history.h"
#include "lab/faults/lab_injector.h"
#include "notify/outbox_pump.h"
#include "serve/live_feed.h"
#include "serve/server.h"
#include "store/feedback_repository.h"
#include "store/note_repository.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace distdiag::engine {

enum class RunMode {
  kServe,
  kDemo,  // injected faults are shown beside the diagnosis; a model that has seen a replayed case is refused
};

class Engine {
 public:
  // Loads model and recordings, opens the database and binds the ports; nothing runs yet. `files` and `clock` outlive it.
  static base::Result<std::unique_ptr<Engine>> New(Config config, RunMode mode, std::string version,
                                                   base::FileSystem& files, base::Clock& clock);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  base::Status Start();
  using SourceWrapper =
      std::function<std::unique_ptr<collect::Source>(std::unique_ptr<collect::Source>)>;
  // For tests: something between the source and the loop. REQUIRES: not started.
  void WrapSource(const SourceWrapper& wrap) { source_ = wrap(std::move(source_)); }
  // Ends source, loop (after what it has taken), outbox and server. Idempotent.
  void Stop();

  // True when the source has come to its end and everything of it is processed.
  bool finished() const { return finished_.requested(); }
  // Waits for that, at most so long; true when it is so.
  bool WaitFinished(base::Duration limit) { return finished_.WaitFor(limit); }
  std::uint16_t ui_port() const { return server_->ui_port(); }
  std::uint16_t api_port() const { return server_->api_port(); }
  // REQUIRES: mode kDemo, stopped.
  std::string DemoSummary() const;
  // What the page is told; for the terminal too.
  const serve::LiveFeed& feed() const { return *feed_; }

 private:
  Engine(Config config, RunMode mode, std::string version, base::FileSystem& files,
         base::Clock& clock);
  base::Status Load();
  base::Status LoadRecorded();
  base::Status LoadLive();
  PipelineOptions MakePipelineOptions() const;
  base::Status BuildPipeline();
  base::Status OpenStore();
  base::Status BuildDetectors();
  base::Status BuildDrills();
  base::Status BuildServer();
  base::Status Resume();

  void RunSource();
  void RunLoop();
  void Process(const collect::SourceTick& tick);
  void NoteSource(const collect::SourceTick& tick);
  void Record(const TickOutcome& outcome, base::Timestamp now);
  void Publish(const TickOutcome& outcome, bool at_once);
  void PublishStatus();
  void KeepGraphs(const TickOutcome& outcome);
  void NoteExplained(const TickOutcome& outcome);
  void NoteStatements(const collect::SourceTick& tick);
  const domain::StatementEvidence& StatementsOf(const domain::Incident& incident,
                                                base::Timestamp now);
  store::IncidentEvidence EvidenceOf(const domain::Incident& incident, base::Timestamp now);

  const Config config_;
  const RunMode mode_;
  const std::string version_;
  base::FileSystem& files_;
  base::Clock& clock_;

  base::SelfMetrics metrics_;
  NoticeBoard notices_;
  base::StopSignal stop_;
  std::unique_ptr<serve::LiveFeed> feed_;

  std::unique_ptr<base::HttpTransport> transport_;  // outlives the source: its probes use it
  std::vector<collect::Recording> recordings_;      // of a replay
  std::unique_ptr<collect::Source> source_;
  domain::Topology topology_;
  domain::SeriesLayout layout_;
  std::shared_ptr<const detect::ModelArtefact> model_;
  std::shared_ptr<const detect::SequenceModel> sequence_;  // null = not at work

  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::AlarmRepository> alarms_;
  std::unique_ptr<store::IncidentRepository> incidents_;
  std::unique_ptr<store::NoteRepository> notes_;
  std::unique_ptr<store::FeedbackRepository> feedback_;
  std::unique_ptr<store::DeliveryRepository> deliveries_;
  std::unique_ptr<store::DrillRepository> drill_history_;
  std::unique_ptr<store::DetectorRepository> detector_versions_;

  std::unique_ptr<notify::Outbox> outbox_;
  std::unique_ptr<notify::OutboxPump> pump_;

  // Owned by the loop thread once it runs.
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<ClusterWatch> watch_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<DemoProgress> demo_;
  base::Timestamp started_;
  base::Timestamp published_;
  int ticks_since_refresh_ = 0;
  std::set<std::string> told_troubles_;  // of the source, each noticed once while it stands
  TickOutcome last_outcome_;             // the page shows it after the source has ended
  std::map<base::Timestamp, std::string> graphs_;  // by Incident::detected, of open incidents
  std::unique_ptr<incident::StatementHistory> statements_;
  std::map<base::Timestamp, domain::StatementEvidence>
      statement_evidence_;  // by Incident::detected, of open incidents
  bool ready_ = false;

  // Of a lab: how faults are made, and the drills that make them. Absent elsewhere.
  std::unique_ptr<lab::LabInjector> faults_;
  std::string no_drills_;  // why, when `drills_` is absent
  std::unique_ptr<DrillRunner> drills_;

  std::unique_ptr<DetectorDesk> detectors_;
  std::unique_ptr<WindowSeriesReader> series_;
  std::unique_ptr<serve::Server> server_;
  base::BoundedQueue<collect::SourceTick> ticks_;
  base::StopSignal finished_;
  std::jthread source_thread_;
  std::jthread loop_thread_;
  std::jthread outbox_thread_;
};

}  // namespace distdiag::engine

// What the tests of this room share: repositories on a real file, a live feed with sample values, a fake series reader.
#pragma once

#include "base/check.h"
#include "base/clock.h"
#include "base/file_system.h"
#include "base/self_metrics.h"
#include "serve/api_json.h"
#include "serve/dispatcher.h"
#include "serve/live_feed.h"
#include "serve/server.h"
#include "store/database.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace distdiag::serve {

inline base::Timestamp At(double seconds) {
  return base::TimestampFromSeconds(1795489925 + seconds);
}

inline domain::Topology Lab() {
  return {.cluster = "lab", .nodes = {{"n1", "z1"}, {"n2", "z2"}, {"n3", "z3"}}};
}

inline domain::Verdict SampleVerdict() {
  const domain::Alarm alarm{.node = domain::NodeIndex(1),
                            .metric = *domain::FindMetric("h_cpu_ext"),
                            .detector = domain::DetectorKind::kPeer,
                            .severity = 0.9,
                            .time = At(0),
                            .evidence = {.observed = 0.49,
                                         .expected = 0.09,
                                         .band_low = 0.03,
                                         .band_high = 0.15,
                                         .since = At(-3)}};
  domain::RankedCause first;
  first.target.node = domain::NodeIndex(1);
  first.problem = domain::ProblemId::kCpu;
  first.probability = 0.94;
  first.importance = 0.8;
  first.shown = true;
  first.evidence = {alarm};
  domain::RankedCause second;
  second.problem = domain::ProblemId::kSurge;
  second.why_not = "requests are as usual";
  return {
      .time = At(0), .ranker = "default", .ranking = {first, second}, .stability = std::nan("")};
}

inline domain::Incident SampleIncident() {
  domain::Incident incident;
  incident.cluster = "lab";
  incident.started = At(-5);
  incident.detected = At(0);
  incident.updated = At(0);
  incident.verdict = SampleVerdict();
  incident.history = {{.time = At(0), .verdict = SampleVerdict()}};
  incident.first_moves = {{.time = At(-5),
                           .node = domain::NodeIndex(1),
                           .metric = *domain::FindMetric("h_cpu_ext"),
                           .severity = 0.5}};
  incident.advice = {incident.verdict.ranking[0].evidence[0]};
  incident.advice[0].detector = domain::DetectorKind::kSequence;
  return incident;
}

inline Chart SampleChart(domain::MetricId metric) {
  Chart chart;
  chart.metric = metric;
  chart.from = At(-120);
  chart.to = At(0);
  chart.step_s = 60;
  chart.times = {At(-120), At(-30), At(0)};
  chart.series = {
      {.node = "n2", .mean = {1, 2.5, std::nan("")}, .min = {1, 2, 3}, .max = {1, 3, 4}}};
  chart.band = ChartBand{.low = 1, .high = 2, .expected = 1.5};
  chart.focus_node = "n2";
  chart.marks = {{.time = At(-5), .kind = ChartMarkKind::kStarted}};
  return chart;
}

inline domain::StatementEvidence SampleStatements() {
  domain::StatementChange change;
  change.node = domain::NodeIndex{1};
  change.before = {.digest = "4c1f",
                   .schema = "tpcc",
                   .text = "UPDATE stock SET s_quantity = ?",
                   .seconds_per_second = 0.1,
                   .calls_per_second = 50,
                   .ms_per_call = 2,
                   .rows_per_call = 1,
                   .plan = "a",
                   .main_wait = ""};
  change.now = change.before;
  change.now.seconds_per_second = 1.5;
  change.now.main_wait = "row lock wait";
  change.share = 0.9;
  change.plan_changed = true;
  return {.calm_from = At(-120),
          .calm_to = At(-60),
          .trouble_from = At(-60),
          .trouble_to = At(0),
          .changes = {change},
          .note_en = "n2: 40 % of the calls were lost before they could be read",
          .note_zh = "n2：40 % 的调用在读取之前已丢失"};
}

inline AnomalyGraph SampleGraph() {
  AnomalyGraph graph;
  graph.time = At(0);
  GraphVertex node;
  node.id = "node:n2";
  node.label = "n2";
  node.rcr = 0.7;
  GraphVertex alarm;
  alarm.id = "alarm:h_cpu_ext";
  alarm.kind = VertexKind::kAlarm;
  alarm.metric = domain::FindMetric("h_cpu_ext");
  graph.vertices = {node, alarm};
  graph.edges = {{.from = "node:n2",
                  .to = "alarm:h_cpu_ext",
                  .kind = EdgeKind::kAlarm,
                  .severity = 0.9,
                  .score = 1}};
  return graph;
}

// One server that is watched, one that is not.
inline domain::DatabaseStructure SampleStructure() {
  return {.time = At(-30),
          .database = "oceanbase",
          .version = "4.3.5.3",
          .zones = {{"z1", "ACTIVE", "r1", "i1"}},
          .servers = {{"10.0.0.1:2882", 2881, "z1", "ACTIVE", true, "4.3.5.3", "n1"},
                      {"10.0.0.9:2882", 2881, "z1", "INACTIVE", false, "4.3.5.3", ""}},
          .tenants = {{1, "sys", domain::TenantKind::kSystem, "NORMAL", "MYSQL", "z1"},
                      {1001, "META$1002", domain::TenantKind::kMeta, "NORMAL", "MYSQL", "z1"},
                      {1002, "shop", domain::TenantKind::kUser, "NORMAL", "MYSQL", "z1"}},
          .units = {{1001, 1002, "10.0.0.1:2882", "z1", 2, 2147483648, 6442450944, "ACTIVE"}},
          .log_streams = {{1002,
                           1001,
                           {{"10.0.0.1:2882", true, true, 0.0},
                            {"10.0.0.9:2882", false, false, std::nullopt}}}},
          .missing = {"no units: the account may not"}};
}

inline std::shared_ptr<const ClusterLive> SampleCluster(
    ClusterCondition condition = ClusterCondition::kTrouble) {
  auto live = std::make_shared<ClusterLive>();
  live->topology = Lab();
  live->condition = condition;
  live->time = At(0);
  live->arrived = At(1);
  live->trouble_since = At(-5);
  live->nodes = {{.condition = NodeCondition::kOk, .last_answer = At(0)},
                 {.condition = NodeCondition::kRootCause,
                  .last_answer = At(0),
                  .initial_rcr = 0.7,
                  .rcr = 0.9},
                 {.condition = NodeCondition::kSilent}};
  live->health = {{.from = At(-60), .to = At(0), .condition = ClusterCondition::kOk}};
  live->blind_spots = {{.node = domain::NodeIndex(2), .group = "disk", .since = At(-40)},
                       {.node = domain::NodeIndex(2), .group = "all", .since = At(-400)}};
  if (condition == ClusterCondition::kTrouble) live->verdict = SampleVerdict();
  live->sparks = {{.node = domain::NodeIndex(1),
                   .metric = *domain::FindMetric("h_cpu_ext"),
                   .values = {0.1F, NAN, 0.49F}}};
  live->graph = SampleGraph();
  domain::Incident incident = SampleIncident();
  incident.id = 1;
  live->open_incidents = {incident};
  live->changes = {
      {.time = At(-500), .kind = domain::ChangeKind::kDdl, .node = "", .description = "ADD INDEX"},
      {.time = At(-50),
       .kind = domain::ChangeKind::kRestart,
       .node = "n1",
       .description = "restarted"},
      {.time = At(-5000),
       .kind = domain::ChangeKind::kParameter,
       .node = "n1",
       .description = "too old"}};
  live->golden_signals = {"c_tps", "c_p95_ms"};
  live->nodes[0].role = domain::NodeRole::kLeader;
  live->nodes[0].tenants = {{.tenant = 1002, .name = "shop", .statements_per_second = 120}};
  live->expected = {{.nodes = {domain::NodeIndex(0)},
                     .since = At(-20),
                     .until = At(40),
                     .reason_en = "leaders moved to n1 at 03:12",
                     .reason_zh = "03:12 主副本切换到 n1"}};
  live->structure = std::make_shared<const domain::DatabaseStructure>(SampleStructure());
  return live;
}

inline std::shared_ptr<const LiveState> SampleState() {
  auto state = std::make_shared<LiveState>();
  state->clusters = {SampleCluster()};
  return state;
}

inline std::shared_ptr<const StatusInfo> SampleStatus() {
  auto status = std::make_shared<StatusInfo>();
  status->version = "0.1.0";
  status->cluster = "lab";
  status->started = At(-100);
  status->source = "replay";
  status->model = {
      .name = "m", .schema_hash = "abc", .training_cases = {"A1_r1"}, .problems = {"cpu"}};
  status->notices = {
      {.time = At(0), .code = "store_write_failed", .text = "disk full", .count = 3}};
  status->alarm_budget = {.pages_per_week = 2, .watched_weeks = 0.5, .pages = 1, .held_back = 3};
  return status;
}

inline std::shared_ptr<const DemoStatus> SampleDemo() {
  auto demo = std::make_shared<DemoStatus>();
  demo->running = true;
  demo->model_note = "has not seen them";
  DemoCase one;
  one.id = "A1_r1";
  one.injected = {{.node = "n2", .problem = domain::ProblemId::kCpu}};
  one.diagnosed = {{.node = std::nullopt, .problem = domain::ProblemId::kSurge}};
  one.correct = false;
  DemoCase two;
  two.id = "B1_r1";
  two.delay_s = 4.5;
  two.incident_id = 1;
  demo->cases = {one, two};
  return demo;
}

// One sample chart a metric; remembers the newest query. Thread: single (owner: the test).
class FakeSeriesReader final : public SeriesReader {
 public:
  base::Result<std::vector<Chart>> ReadSeries(const SeriesQuery& query) override {
    last_query = query;
    std::vector<Chart> charts;
    for (const domain::MetricId metric : query.metrics) charts.push_back(SampleChart(metric));
    return charts;
  }
  SeriesQuery last_query;
};

inline domain::Drill SampleDrill(domain::DrillPhase phase = domain::DrillPhase::kDone) {
  domain::Drill drill;
  drill.suite = "quick";
  drill.run = "quick-20261124T031205";
  drill.cluster = "lab";
  drill.faults = {{.kind = "cpu", .node = "n2", .number = 2, .problem = domain::ProblemId::kCpu},
                  {.kind = "surge", .node = "", .number = 0, .problem = domain::ProblemId::kSurge}};
  drill.duration_s = 40;
  drill.phase = phase;
  drill.created = At(0);
  if (phase != domain::DrillPhase::kDone) return drill;
  drill.injected = At(3);
  drill.undone = At(43);
  drill.detected_s = 4.1;
  drill.rank_at_opening = 1;
  drill.rank = 1;
  drill.recall = 1;
  drill.diagnosed = {{.node = "n2", .problem = domain::ProblemId::kCpu, .probability = 0.9}};
  drill.incident_id = 1;
  drill.passed = true;
  return drill;
}

// Two kinds on three nodes; remembers what it was asked. Thread: single (owner: the test).
class FakeDrillControl final : public DrillControl {
 public:
  std::vector<inject::FaultKind> Kinds() const override {
    return {{.name = "cpu",
             .problem = domain::ProblemId::kCpu,
             .scope = domain::ProblemScope::kNode,
             .parameter = "busy threads",
             .low = 1,
             .medium = 2,
             .high = 4,
             .least = 0.5,
             .most = 8,
             .unavailable = ""},
            {.name = "surge",
             .problem = domain::ProblemId::kSurge,
             .scope = domain::ProblemScope::kCluster,
             .parameter = "",
             .unavailable = ""},
            {.name = "fclock",
             .problem = domain::ProblemId::kUnknown,
             .scope = domain::ProblemScope::kNode,
             .parameter = "",
             .unavailable = "the server has no such lock"}};
  }
  std::vector<std::string> Targets() const override { return {"n1", "n2", "n3"}; }
  std::vector<DrillSuite> Suites() const override {
    return {{.name = "quick", .description = "one of each", .drills = 8}};
  }
  base::Result<std::vector<PlannedFault>> Plan(const DrillRequest& request) override {
    asked = request;
    if (!refusal.ok()) return base::Fail(refusal);
    return std::vector<PlannedFault>{{.spec = {.kind = "cpu", .node = "n2", .number = 2},
                                      .prepare = {},
                                      .start = {"on n2: run stress-ng --cpu 2"},
                                      .stop = {"on n2: end all of group f1"},
                                      .restore = {}}};
  }
  base::Result<std::vector<domain::Drill>> Start(const DrillRequest& request) override {
    asked = request;
    if (!refusal.ok()) return base::Fail(refusal);
    return std::vector<domain::Drill>{SampleDrill(domain::DrillPhase::kWaiting)};
  }
  base::Status Cancel(std::int64_t id) override {
    cancelled.push_back(id);
    return refusal;
  }
  std::vector<domain::Drill> Current() const override { return current; }

  DrillRequest asked;
  base::Status refusal;
  std::vector<std::int64_t> cancelled;
  std::vector<domain::Drill> current;
};

// One definition; remembers what it was asked. Thread: single (owner: the test).
class FakeDetectorControl final : public DetectorControl {
 public:
  std::string cluster() const override { return "lab"; }
  const domain::Topology& topology() const override { return topology_; }
  base::Result<DetectorState> Current() const override { return State({}); }
  base::Result<DetectorState> Submit(const DetectorChange& change) override {
    submitted = change;
    if (!refusal.ok()) return base::Fail(refusal);
    store::DetectorVersion version;
    version.id = 8;
    version.author = change.author;
    version.reason = change.reason;
    version.definitions = change.definitions;
    return State(std::move(version));
  }
  base::Result<std::vector<store::DetectorVersion>> Versions(int) const override {
    store::DetectorVersion version;
    version.id = 7;
    version.definitions = domain::ShippedDetectors();
    return std::vector<store::DetectorVersion>{version};
  }
  base::Result<DetectorState> Restore(std::int64_t version, const std::string&,
                                      const std::string&) override {
    if (version > 7) return base::Fail(base::NotFound("there is no version 9 of the detectors"));
    return State({});
  }
  base::Result<domain::Backtest> Preview(const domain::DetectorDefinitions&, base::Timestamp,
                                         base::Timestamp) override {
    if (!refusal.ok()) return base::Fail(refusal);
    domain::Backtest backtest;
    backtest.before.detectors[domain::DetectorKind::kRecent] = {.alarms = 4, .series = 2};
    backtest.before.alarms_a_slice = {4, 0};
    backtest.before.incidents = {SampleIncident()};
    backtest.pairs = {{.before = 0, .after = std::nullopt}};
    return backtest;
  }

  DetectorChange submitted;
  base::Status refusal;

 private:
  static DetectorState State(store::DetectorVersion version) {
    DetectorState state;
    state.version = std::move(version);
    if (state.version.id == 0) state.version.definitions = domain::ShippedDetectors();
    state.series.assign(state.version.definitions.size(), 12);
    return state;
  }
  const domain::Topology topology_ = Lab();
};

// Everything a server needs, without a test framework, for the benchmarks need it too. Thread: single.
class ServeWorld {
 public:
  ServeWorld() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "distdiag-serve-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    auto opened = store::Database::Open({.path = (folder_ / "facts.db").string()});
    CHECK(opened.has_value());
    database_ = std::move(opened).value();
    alarms_ = std::make_unique<store::AlarmRepository>(*database_, 1000);
    incidents_ = std::make_unique<store::IncidentRepository>(*database_);
    notes_ = std::make_unique<store::NoteRepository>(*database_);
    feedback_ = std::make_unique<store::FeedbackRepository>(*database_);
    deliveries_ = std::make_unique<store::DeliveryRepository>(*database_);
    drill_history_ = std::make_unique<store::DrillRepository>(*database_);
  }
  ServeWorld(const ServeWorld&) = delete;
  ServeWorld& operator=(const ServeWorld&) = delete;
  ~ServeWorld() {
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  ServerDeps Deps() {
    return {feed_,
            series_,
            *alarms_,
            *incidents_,
            *notes_,
            *feedback_,
            *deliveries_,
            *drill_history_,
            files_,
            clock_,
            metrics_,
            nullptr,
            "this cluster is a replay: start the lab",
            &detectors_};
  }
  ServerDeps DepsWithDrills() {
    ServerDeps deps = Deps();
    deps.drills = &drills_;
    deps.drills_reason.clear();
    return deps;
  }

  // One incident with everything that hangs on it.
  void FillStore() {
    const base::Status stored =
        database_->InTransaction([&](store::Transaction& transaction) -> base::Status {
          ASSIGN_OR_RETURN_STATUS(const std::int64_t id,
                                  incidents_->Insert(transaction, SampleIncident(), Lab()));
          domain::Delivery delivery;
          delivery.incident_id = id;
          delivery.channel = "hook";
          delivery.event = "opened";
          delivery.payload = "{}";
          ASSIGN_OR_RETURN_STATUS(delivery.id, deliveries_->Enqueue(transaction, delivery));
          const std::vector<domain::Alarm> alarms = {SampleVerdict().ranking[0].evidence[0]};
          RETURN_IF_ERROR(alarms_->Append(transaction, alarms, Lab()));
          Impact impact;
          impact.tps_before = 900;
          return incidents_->SaveEvidence(
              transaction, id,
              {.charts_json = ChartsToJson({SampleChart(*domain::FindMetric("h_cpu_ext"))}),
               .graph_json = GraphToJson(SampleGraph()),
               .impact_json = ImpactToJson(impact),
               .statements_json = StatementsToJson(SampleStatements(), Lab())});
        });
    CHECK(stored.ok());
    CHECK(drill_history_->Add(SampleDrill()).has_value());
    CHECK(
        notes_->Add({.id = 0, .incident_id = 1, .time = At(9), .author = "ann", .text = "looking"})
            .has_value());
  }

  void FillFeed() {
    feed_.Publish(SampleState());
    feed_.PublishStatus(SampleStatus());
    feed_.PublishDemo(SampleDemo());
  }

  std::filesystem::path folder_;
  base::SimulatedClock clock_{At(3)};
  base::SelfMetrics metrics_;
  base::MemoryFileSystem files_;
  LiveFeed feed_{clock_, metrics_};
  FakeSeriesReader series_;
  FakeDrillControl drills_;
  FakeDetectorControl detectors_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::AlarmRepository> alarms_;
  std::unique_ptr<store::IncidentRepository> incidents_;
  std::unique_ptr<store::NoteRepository> notes_;
  std::unique_ptr<store::FeedbackRepository> feedback_;
  std::unique_ptr<store::DeliveryRepository> deliveries_;
  std::unique_ptr<store::DrillRepository> drill_history_;
};

inline std::string FixedCsrfToken() { return "0123456789abcdef"; }

inline const std::string* HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace distdiag::serve

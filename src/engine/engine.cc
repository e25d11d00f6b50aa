#include "engine/engine.h"

#include "base/logging.h"
#include "collect/live_source.h"
#include "collect/recorded/recording_loader.h"
#include "engine/listen_address.h"
#include "engine/live_nodes.h"
#include "notify/channels/log/log_channel.h"
#include "notify/channels/webhook/webhook_channel.h"
#include "notify/curl_transport.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr std::size_t kQueuedTicks = 64;
constexpr int kMostRemembered = 1000;  // incidents that are looked at when a process starts
constexpr const char* kModelName = "node classifier (XGBoost)";
constexpr const char* kReplay =
    "this cluster is a replay: no fault can be made in it; `make lab` starts one where it can";
constexpr const char* kNoLab =
    "no lab is configured (lab.directory): faults are only made in one; `make lab` starts it";

// The pump's outbox is the store's delivery table.
class StoreOutbox final : public notify::Outbox {
 public:
  explicit StoreOutbox(store::DeliveryRepository& deliveries) : deliveries_(deliveries) {}

  base::Result<std::vector<domain::Delivery>> TakeDue(base::Timestamp now, int limit) override {
    return deliveries_.TakeDue(now, limit);
  }
  base::Result<std::optional<base::Timestamp>> NextDue() override { return deliveries_.NextDue(); }
  base::Status Record(const domain::Delivery& delivery) override {
    return deliveries_.Record(delivery);
  }

 private:
  store::DeliveryRepository& deliveries_;
};

std::vector<std::string> NodeNames(const domain::Topology& topology) {
  std::vector<std::string> names;
  for (const domain::Node& node : topology.nodes) names.push_back(node.name);
  return names;
}

// The columns that any recording has.
domain::SeriesLayout UnionLayout(const std::vector<collect::Recording>& recordings) {
  std::set<domain::MetricId> metrics;
  for (const collect::Recording& recording : recordings)
    metrics.insert(recording.layout.columns().begin(), recording.layout.columns().end());
  return {recordings.front().topology.nodes.size(), {metrics.begin(), metrics.end()}};
}

base::Status RefuseSeenCases(const std::vector<collect::Recording>& recordings,
                             std::span<const detect::TrainingCase> cases, const std::string& path) {
  for (const collect::Recording& recording : recordings) {
    for (const detect::TrainingCase& seen : cases) {
      if (seen.content_hash == recording.content_hash) {
        return base::FailedPrecondition(
            fmt::format("{}: expected a model that has not seen the replayed cases, found {} among "
                        "its training cases",
                        path, recording.id));
      }
    }
  }
  return base::OkStatus();
}

// Null where the settings leave it out.
base::Result<std::shared_ptr<const detect::SequenceModel>> LoadSequences(
    const base::FileSystem& files, const Config::Detectors::Sequence& settings) {
  std::shared_ptr<const detect::SequenceModel> none;
  if (!settings.enabled) return none;
  auto model = detect::LoadSequenceModel(files, settings.path);
  if (model) return std::make_shared<const detect::SequenceModel>(std::move(*model));
  return base::Fail(base::Status(
      model.error().code(),
      fmt::format("detectors.sequence.path: {} (detectors.sequence.enabled: false goes on without)",
                  model.error().message())));
}

base::Result<std::vector<collect::Recording>> LoadSource(const base::FileSystem& files,
                                                         const Config::Source& source,
                                                         NoticeBoard& notices) {
  if (source.cases.empty()) return collect::LoadRecordings(files, source.directory);
  std::vector<base::Status> broken;
  ASSIGN_OR_RETURN(auto recordings,
                   collect::LoadRecordings(files, source.directory, source.cases, broken));
  for (const base::Status& status : broken)
    notices.Report("recording_unreadable", status.message());
  if (recordings.empty()) return base::Fail(broken.front());
  return recordings;
}

}  // namespace

base::Result<std::unique_ptr<Engine>> Engine::New(Config config, RunMode mode, std::string version,
                                                  base::FileSystem& files, base::Clock& clock) {
  std::unique_ptr<Engine> engine(
      new Engine(std::move(config), mode, std::move(version), files, clock));
  RETURN_FAIL_IF_ERROR(engine->Load());
  RETURN_FAIL_IF_ERROR(engine->OpenStore());
  RETURN_FAIL_IF_ERROR(engine->BuildDetectors());
  RETURN_FAIL_IF_ERROR(engine->BuildDrills());
  RETURN_FAIL_IF_ERROR(engine->BuildServer());
  return engine;
}

Engine::Engine(Config config, RunMode mode, std::string version, base::FileSystem& files,
               base::Clock& clock)
    : config_(std::move(config)),
      mode_(mode),
      version_(std::move(version)),
      files_(files),
      clock_(clock),
      notices_(clock, metrics_),
      feed_(std::make_unique<serve::LiveFeed>(clock, metrics_)),
      started_(clock.Now()),
      ticks_(kQueuedTicks) {}

Engine::~Engine() { Stop(); }

base::Status Engine::Load() {
  transport_ = notify::NewCurlTransport();
  ASSIGN_OR_RETURN_STATUS(detect::ModelArtefact model,
                          detect::LoadModel(files_, config_.model.path));
  model_ = std::make_shared<const detect::ModelArtefact>(std::move(model));
  ASSIGN_OR_RETURN_STATUS(sequence_, LoadSequences(files_, config_.detectors.sequence));
  RETURN_IF_ERROR(config_.source.kind == "live" ? LoadLive() : LoadRecorded());
  return BuildPipeline();
}

base::Status Engine::LoadRecorded() {
  ASSIGN_OR_RETURN_STATUS(recordings_, LoadSource(files_, config_.source, notices_));
  topology_ = recordings_.front().topology;
  std::erase_if(recordings_, [&](const collect::Recording& recording) {
    const bool other = NodeNames(recording.topology) != NodeNames(topology_);
    if (other)
      notices_.Report("recording_other_nodes",
                      fmt::format("case {}: expected the nodes of case {}, found others; left out",
                                  recording.id, recordings_.front().id));
    return other;
  });
  layout_ = UnionLayout(recordings_);
  source_ = std::make_unique<collect::RecordedSource>(
      recordings_,
      collect::ReplayOptions{.speed = config_.source.speed, .repeat = config_.source.repeat},
      clock_);
  if (mode_ != RunMode::kDemo) return base::OkStatus();
  RETURN_IF_ERROR(RefuseSeenCases(recordings_, model_->manifest.cases, config_.model.path));
  if (sequence_)
    RETURN_IF_ERROR(
        RefuseSeenCases(recordings_, sequence_->manifest.cases, config_.detectors.sequence.path));
  demo_ = std::make_unique<DemoProgress>(
      recordings_, config_.source.speed,
      fmt::format(
          "The model was trained on {} other recordings; it has not seen the replayed ones.",
          model_->manifest.cases.size()));
  return base::OkStatus();
}

base::Status Engine::LoadLive() {
  ASSIGN_OR_RETURN_STATUS(LiveSetup live,
                          BuildLiveNodes(config_.source, files_, *transport_, clock_));
  topology_ = live.topology;
  layout_ = std::move(live.layout);
  source_ = std::make_unique<collect::LiveSource>(
      topology_, std::move(live.probes),
      collect::LiveOptions{.interval = base::FromSeconds(config_.source.interval_s)}, clock_,
      metrics_);
  return base::OkStatus();
}

PipelineOptions Engine::MakePipelineOptions() const {
  PipelineOptions options;
  options.window_capacity_ticks = static_cast<std::size_t>(config_.window.capacity_ticks);
  options.ranker = config_.diagnosis.ranker;
  options.sequence = sequence_;
  options.rank.shown_from = config_.diagnosis.shown_probability;
  return options;
}

base::Status Engine::BuildPipeline() {
  ASSIGN_OR_RETURN_STATUS(pipeline_,
                          Pipeline::New(MakePipelineOptions(), topology_, layout_, model_));
  watch_ = std::make_unique<ClusterWatch>(topology_, layout_);
  statements_ = std::make_unique<incident::StatementHistory>(topology_.nodes.size());
  series_ = std::make_unique<WindowSeriesReader>(pipeline_->topology(), pipeline_->window());
  return base::OkStatus();
}

base::Status Engine::OpenStore() {
  RETURN_IF_ERROR(files_.CreateDirectories(config_.storage.directory));
  ASSIGN_OR_RETURN_STATUS(
      database_, store::Database::Open({.path = config_.storage.directory + "/distdiag.db"}));
  alarms_ = std::make_unique<store::AlarmRepository>(*database_, config_.storage.max_alarms);
  incidents_ = std::make_unique<store::IncidentRepository>(*database_);
  notes_ = std::make_unique<store::NoteRepository>(*database_);
  feedback_ = std::make_unique<store::FeedbackRepository>(*database_);
  deliveries_ = std::make_unique<store::DeliveryRepository>(*database_);
  drill_history_ = std::make_unique<store::DrillRepository>(*database_);
  detector_versions_ = std::make_unique<store::DetectorRepository>(*database_);

  std::vector<std::unique_ptr<notify::Channel>> channels;
  for (const ChannelConfig& channel : config_.notify.channels) {
    if (channel.kind == "webhook") {
      channels.push_back(std::make_unique<notify::WebhookChannel>(
          notify::WebhookOptions{.name = channel.name, .url = channel.url, .headers = {}},
          *transport_));
    } else {
      channels.push_back(std::make_unique<notify::LogChannel>(channel.name));
    }
  }
  outbox_ = std::make_unique<StoreOutbox>(*deliveries_);
  notify::RetryPolicy policy;
  policy.max_attempts = static_cast<int>(config_.notify.max_attempts);
  pump_ =
      std::make_unique<notify::OutboxPump>(*outbox_, std::move(channels), clock_, metrics_, policy);
  recorder_ =
      std::make_unique<Recorder>(RecorderDeps{*database_, *alarms_, *incidents_, *deliveries_,
                                              *feed_, notices_, clock_, metrics_},
                                 topology_, pump_->channel_names(),
                                 notify::MessageOptions{.ui_base_url = config_.serve.public_url},
                                 notify::AlarmBudgetOptions{config_.notify.pages_per_week});
  recorder_->OnDeliveries([this] { pump_->Wake(); });
  return Resume();
}

// Incidents that were open when the process ended go on; those of another set of nodes are left as they are.
base::Status Engine::Resume() {
  ASSIGN_OR_RETURN_STATUS(
      const auto stored,
      incidents_->List(
          {.cluster = topology_.cluster, .state = {}, .before_id = {}, .limit = kMostRemembered}));
  std::vector<domain::Incident> remembered, open;
  for (auto newest_last = stored.rbegin(); newest_last != stored.rend(); ++newest_last) {
    const store::StoredIncident& one = *newest_last;
    if (NodeNames(one.topology) != NodeNames(topology_)) continue;
    remembered.push_back(one.incident);
    if (one.incident.resolved) continue;
    ASSIGN_OR_RETURN_STATUS(store::StoredIncident whole, incidents_->Get(one.incident.id));
    open.push_back(std::move(whole.incident));
  }
  recorder_->Resume(remembered);
  pipeline_->incidents().Resume(std::move(open));
  return base::OkStatus();
}

// Changes that were made before a restart are at work again from the first tick on.
base::Status Engine::BuildDetectors() {
  detectors_ = std::make_unique<DetectorDesk>(
      BacktestSubject{topology_, layout_, model_, MakePipelineOptions()}, *detector_versions_,
      pipeline_->window(), clock_);
  base::Status loaded = detectors_->Load();
  if (loaded.code() != base::StatusCode::kInvalidArgument) return loaded;
  notices_.Report("detectors_unusable", loaded.message());
  return base::OkStatus();
}

base::Status Engine::BuildDrills() {
  no_drills_ = config_.source.kind == "live" ? kNoLab : kReplay;
  if (config_.lab.directory.empty()) return base::OkStatus();
  std::vector<std::string> injectable;
  for (const NodeConfig& node : config_.source.nodes) {
    if (node.injectable) injectable.push_back(node.name);
  }
  // The driver takes an empty list for "all of the lab": what nobody marked must not be broken.
  if (injectable.empty()) {
    no_drills_ = "no node is marked injectable in the configuration";
    return base::OkStatus();
  }
  auto faults = lab::LabInjector::Open(config_.lab.directory, std::move(injectable), files_, clock_,
                                       [this] { return drills_ && drills_->interrupted(); });
  if (!faults) {  // the nodes are watched all the same
    no_drills_ = faults.error().message();
    notices_.Report("no_drills", no_drills_);
    return base::OkStatus();
  }
  faults_ = std::move(*faults);
  drills_ = std::make_unique<DrillRunner>(
      DrillRunner::Deps{faults_->injector(), *drill_history_, *feed_, clock_}, topology_);
  return base::OkStatus();
}

base::Status Engine::BuildServer() {
  ASSIGN_OR_RETURN_STATUS(const ListenAddress ui,
                          ParseListenAddress(config_.serve.ui_address, "serve.ui_address"));
  ASSIGN_OR_RETURN_STATUS(const ListenAddress api,
                          ParseListenAddress(config_.serve.api_address, "serve.api_address"));
  serve::ServerOptions options;
  options.ui_address = ui.host;
  options.ui_port = ui.port;
  options.api_address = api.host;
  options.api_port = api.port;
  options.web_dir = config_.serve.web_directory;
  ASSIGN_OR_RETURN_STATUS(
      server_,
      serve::Server::New(options, {*feed_, *series_, *alarms_, *incidents_, *notes_, *feedback_,
                                   *deliveries_, *drill_history_, files_, clock_, metrics_,
                                   drills_.get(), no_drills_, detectors_.get()}));
  PublishStatus();
  return base::OkStatus();
}

base::Status Engine::Start() {
  RETURN_IF_ERROR(server_->Start());
  base::Log(base::LogLevel::kInfo, "started",
            {{"ui_port", static_cast<int>(server_->ui_port())},
             {"api_port", static_cast<int>(server_->api_port())},
             {"cluster", topology_.cluster}});
  outbox_thread_ = std::jthread([this] { pump_->Run(stop_); });
  loop_thread_ = std::jthread([this] { RunLoop(); });
  source_thread_ = std::jthread([this] { RunSource(); });
  if (drills_) drills_->Launch();
  return base::OkStatus();
}

void Engine::Stop() {
  if (drills_) drills_->Stop();  // first: it undoes the fault at work
  stop_.Request();
  ticks_.Close();
  for (std::jthread* thread : {&source_thread_, &loop_thread_, &outbox_thread_}) {
    if (thread->joinable()) thread->join();
  }
  source_.reset();  // its probes end here, before what they use
  if (server_) server_->Stop();
}

std::string Engine::DemoSummary() const { return demo_->Summary(); }

void Engine::PublishStatus() {
  auto status = std::make_shared<serve::StatusInfo>();
  status->version = version_;
  status->cluster = topology_.cluster;
  status->started = started_;
  status->source = config_.source.kind == "live"
                       ? fmt::format("{} nodes, measured every {} s", topology_.nodes.size(),
                                     config_.source.interval_s)
                       : fmt::format("replay of {} recorded cases from {}", recordings_.size(),
                                     config_.source.directory);
  status->model.name = kModelName;
  status->model.schema_hash = model_->manifest.feature_schema_hash;
  for (const detect::TrainingCase& one : model_->manifest.cases)
    status->model.training_cases.push_back(one.id);
  for (const detect::ProblemModel& one : model_->models)
    status->model.problems.emplace_back(domain::GetProblem(one.problem).name);
  status->notices = notices_.List();
  if (const auto newest = pipeline_->window().newest())
    status->alarm_budget = recorder_->AlarmBudget(*newest);
  if (!ready_) status->not_ready = "no sample has arrived yet";
  if (recorder_->blocked())
    status->not_ready = "facts can't be stored: see the notices of /api/v1/status";
  feed_->PublishStatus(std::move(status));
}

}  // namespace distdiag::engine

#include "scenario.h"

#include "base/file_system.h"
#include "base/random.h"
#include "collect/recorded/recording_loader.h"
#include "notify/paging_policy.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace distdiag::scenarios {
namespace {

constexpr double kNoise = 0.02;
constexpr const char* kModel = DISTDIAG_SOURCE_DIR "/models/galera-demo/model.json";
constexpr const char* kRecordings = DISTDIAG_SOURCE_DIR "/recordings";

// Ticks of one run, before and after the scenario's changes.
struct Samples {
  domain::Topology topology;
  domain::SeriesLayout layout;
  std::vector<domain::TickSamples> ticks;
};

double Noisy(double level, base::Random& random) {
  return level * (1 + kNoise * (2 * random.NextUnit() - 1));
}

base::Result<domain::MetricId> Metric(const std::string& name) {
  const auto metric = domain::FindMetric(name);
  if (!metric)
    return base::Fail(base::InvalidArgument(
        fmt::format("expected a metric of the catalogue, found \"{}\"", name)));
  return *metric;
}

base::Result<Samples> MakeUp(const Scenario& scenario, base::Random& random) {
  Samples samples;
  samples.topology.cluster = "lab";
  for (const std::string& node : scenario.nodes)
    samples.topology.nodes.push_back({.name = node, .zone = {}});
  std::set<domain::MetricId> metrics;
  for (const auto& [name, level] : scenario.levels) {
    ASSIGN_OR_RETURN(const domain::MetricId metric, Metric(name));
    metrics.insert(metric);
  }
  samples.layout = domain::SeriesLayout(scenario.nodes.size(), {metrics.begin(), metrics.end()});
  for (int second = 0; second < scenario.seconds; ++second) {
    domain::TickSamples tick{.time = base::Timestamp(std::chrono::seconds(1'000'000 + second)),
                             .nodes = {},
                             .starts_new_stretch = second == 0};
    for (std::size_t n = 0; n < scenario.nodes.size(); ++n) {
      domain::NodeSamples batch{
          .node = domain::NodeIndex(static_cast<std::uint32_t>(n)), .answered = true, .values = {}};
      for (const auto& [name, level] : scenario.levels)
        batch.values.push_back(
            {*domain::FindMetric(name), static_cast<float>(Noisy(level, random))});
      tick.nodes.push_back(std::move(batch));
    }
    samples.ticks.push_back(std::move(tick));
  }
  return samples;
}

base::Result<Samples> Replay(const Scenario& scenario) {
  const base::RealFileSystem files;
  std::vector<base::Status> broken;
  ASSIGN_OR_RETURN(const auto recordings,
                   collect::LoadRecordings(files, kRecordings, {scenario.recording}, broken));
  if (recordings.empty()) return base::Fail(broken.front());
  Samples samples{
      .topology = recordings.front().topology, .layout = recordings.front().layout, .ticks = {}};
  for (std::size_t tick = 0; tick < recordings.front().tick_count(); ++tick)
    samples.ticks.push_back(recordings.front().Tick(tick, {}));
  return samples;
}

void ApplyTo(domain::NodeSamples& batch, const Change& change, base::Random& random) {
  for (domain::MetricValue& value : batch.values) {
    const std::string name(domain::GetMetric(value.metric).name);
    if (const auto it = change.set.find(name); it != change.set.end())
      value.value = static_cast<float>(Noisy(it->second, random));
    if (const auto it = change.scale.find(name); it != change.scale.end())
      value.value *= static_cast<float>(it->second);
  }
  std::erase_if(batch.values, [&](const domain::MetricValue& value) {
    return std::any_of(change.drop.begin(), change.drop.end(), [&](const std::string& prefix) {
      return domain::GetMetric(value.metric).name.starts_with(prefix);
    });
  });
  batch.answered = !batch.values.empty();
}

void ApplyChanges(const Scenario& scenario, Samples& samples, base::Random& random) {
  const base::Timestamp start = samples.ticks.front().time;
  for (domain::TickSamples& tick : samples.ticks) {
    const double second = base::ToSeconds(tick.time - start);
    for (const Change& change : scenario.changes) {
      const auto node = samples.topology.FindNode(change.node);
      if (!node || second < change.from_s || second >= change.to_s) continue;
      ApplyTo(tick.nodes[domain::Index(*node)], change, random);
    }
  }
}

std::string PairText(const domain::RankedCause& cause, const domain::Topology& topology) {
  return fmt::format("{}:{}",
                     cause.target.node ? domain::TargetName(cause.target, topology) : "cluster",
                     domain::GetProblem(cause.problem).name);
}

void NoteVerdict(const domain::Verdict& verdict, const domain::Topology& topology, Story& story) {
  story.first = verdict.ranking.empty() ? "" : PairText(verdict.ranking.front(), topology);
  story.shown.clear();
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (cause.shown) story.shown.push_back(PairText(cause, topology));
  }
}

std::map<std::string, double> Numbers(const YAML::Node& node) {
  return node ? node.as<std::map<std::string, double>>() : std::map<std::string, double>();
}
std::vector<std::string> Texts(const YAML::Node& node) {
  return node ? node.as<std::vector<std::string>>() : std::vector<std::string>();
}

template <typename T>
std::optional<T> Optional(const YAML::Node& node) {
  return node ? std::optional<T>(node.as<T>()) : std::nullopt;
}

domain::ChangeKind KindOf(const YAML::Node& word) {
  static const std::map<std::string, domain::ChangeKind> kKinds = {
      {"leader_move", domain::ChangeKind::kLeaderMove},
      {"rebalance", domain::ChangeKind::kRebalance},
      {"freeze", domain::ChangeKind::kFreeze},
      {"compaction", domain::ChangeKind::kCompaction},
      {"restart", domain::ChangeKind::kRestart},
      {"member_left", domain::ChangeKind::kMemberLeft}};
  const auto found = kKinds.find(word.as<std::string>());
  if (found == kKinds.end()) throw YAML::Exception(word.Mark(), "no such kind of change");
  return found->second;
}

domain::ChangePhase PhaseOf(const YAML::Node& word) {
  const auto text = word.as<std::string>("");
  if (text == "began") return domain::ChangePhase::kBegan;
  if (text == "ended") return domain::ChangePhase::kEnded;
  if (!text.empty()) throw YAML::Exception(word.Mark(), "expected began or ended");
  return domain::ChangePhase::kMoment;
}

Expectation ReadExpectation(const YAML::Node& node) {
  Expectation expect;
  expect.incidents = Optional<int>(node["incidents"]);
  expect.untold_incidents = Optional<int>(node["untold_incidents"]);
  expect.explained = Optional<std::vector<std::string>>(node["explained"]);
  if (node["opened"])
    expect.opened_s = {node["opened"]["from"].as<double>(), node["opened"]["to"].as<double>()};
  expect.resolved = Optional<bool>(node["resolved"]);
  expect.at_s = Optional<double>(node["at"]);
  expect.first = Optional<std::string>(node["first"]);
  expect.shown = Optional<std::vector<std::string>>(node["shown"]);
  expect.notifications = Optional<std::vector<std::string>>(node["notifications"]);
  return expect;
}

Scenario ReadScenario(const YAML::Node& root) {
  Scenario scenario;
  scenario.description = root["description"].as<std::string>();
  const YAML::Node source = root["source"];
  scenario.recording = source["recording"].as<std::string>("");
  scenario.nodes = Texts(source["nodes"]);
  scenario.seconds = source["seconds"].as<int>(0);
  scenario.levels = Numbers(source["levels"]);
  for (const YAML::Node& change : root["changes"]) {
    scenario.changes.push_back({.from_s = change["from"].as<double>(),
                                .to_s = change["to"].as<double>(),
                                .node = change["node"].as<std::string>(),
                                .set = Numbers(change["set"]),
                                .scale = Numbers(change["scale"]),
                                .drop = Texts(change["drop"])});
  }
  for (const YAML::Node& told : root["told"])
    scenario.told.push_back({.at_s = told["at"].as<double>(),
                             .event = {.time = {},
                                       .kind = KindOf(told["kind"]),
                                       .node = told["node"].as<std::string>(),
                                       .description = {},
                                       .phase = PhaseOf(told["phase"])}});
  scenario.expect = ReadExpectation(root["expect"]);
  return scenario;
}

}  // namespace

base::Result<Scenario> LoadScenario(const std::string& path) {
  try {
    return ReadScenario(YAML::LoadFile(path));
  } catch (const YAML::Exception& error) {
    return base::Fail(base::InvalidArgument(fmt::format("{}: {}", path, error.what())));
  }
}

base::Result<Story> Play(const Scenario& scenario, std::size_t window_capacity_ticks) {
  base::Random random(17);
  ASSIGN_OR_RETURN(Samples samples,
                   scenario.recording.empty() ? MakeUp(scenario, random) : Replay(scenario));
  ApplyChanges(scenario, samples, random);
  const base::RealFileSystem files;
  ASSIGN_OR_RETURN(detect::ModelArtefact model, detect::LoadModel(files, kModel));
  ASSIGN_OR_RETURN(
      const auto pipeline,
      engine::Pipeline::New(
          {.window_capacity_ticks = window_capacity_ticks, .ranker = "combined", .rank = {}},
          samples.topology, samples.layout,
          std::make_shared<const detect::ModelArtefact>(std::move(model))));
  Story story;
  notify::PagingPolicy paging;
  const base::Timestamp start = samples.ticks.front().time;
  std::int64_t next_id = 1;
  for (const domain::TickSamples& tick : samples.ticks) {
    const double second = base::ToSeconds(tick.time - start);
    std::vector<domain::ChangeEvent> told;
    for (const Told& one : scenario.told) {
      if (one.at_s == second) told.push_back(one.event);
    }
    engine::TickOutcome outcome = pipeline->Process(tick, told);
    for (const auto& [node, problem] : outcome.explained)
      story.explained.push_back(fmt::format("{}:{}",
                                            samples.topology.nodes[domain::Index(node)].name,
                                            domain::GetProblem(problem).name));
    for (domain::IncidentEvent& event : outcome.events) {
      if (event.incident.id == 0) {
        event.incident.id = next_id++;
        pipeline->incidents().SetId(event.incident.detected, event.incident.id);
      }
      if (event.change == domain::IncidentChange::kOpened) {
        ++story.incidents;
        if (!story.opened_s) story.opened_s = second;
      }
      if (notify::IsSent(paging.Decide(event)))
        story.notifications.emplace_back(domain::IncidentChangeName(event.change));
    }
    if (!scenario.expect.at_s || second <= *scenario.expect.at_s)
      NoteVerdict(outcome.verdict, samples.topology, story);
  }
  story.open_at_end = pipeline->incidents().has_open();
  return story;
}

}  // namespace distdiag::scenarios

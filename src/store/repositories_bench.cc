#include "store/alarm_repository.h"
#include "store/incident_json.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace distdiag::store {
namespace {

const domain::Topology kLab{.cluster = "lab", .nodes = {{"n1", ""}, {"n2", ""}, {"n3", ""}}};

std::vector<domain::Alarm> Batch(std::size_t count, std::int64_t second) {
  std::vector<domain::Alarm> alarms;
  for (std::size_t i = 0; i < count; ++i) {
    alarms.push_back(
        {.node = domain::NodeIndex(static_cast<std::uint32_t>(i % 3)),
         .metric = *domain::FindMetric("h_cpu_ext"),
         .detector = domain::DetectorKind::kPeer,
         .severity = 0.5,
         .time = base::TimestampFromSeconds(static_cast<double>(second)),
         .evidence = {.observed = 1, .expected = 2, .band_low = 3, .band_high = 4, .since = {}}});
  }
  return alarms;
}

class Folder {
 public:
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "distdiag-bench-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::unique_ptr<Database> Open() const {
    auto database = Database::Open({.path = (path_ / "facts.db").string()});
    return database ? std::move(database).value() : nullptr;
  }

 private:
  std::filesystem::path path_;
};

void BM_AppendAlarms(benchmark::State& state) {
  const Folder folder;
  const auto database = folder.Open();
  AlarmRepository alarms(*database, 100000);
  const auto batch = Batch(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) {
    if (!alarms.Append(batch, kLab).ok()) state.SkipWithError("append failed");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_AppendAlarms)->Arg(1)->Arg(100);

void BM_ListNewestAlarmsOfANode(benchmark::State& state) {
  const Folder folder;
  const auto database = folder.Open();
  AlarmRepository alarms(*database, 100000);
  for (std::int64_t second = 0; second < 200; ++second) {
    if (!alarms.Append(Batch(100, second), kLab).ok()) state.SkipWithError("append failed");
  }
  for (auto _ : state) {
    auto listed = alarms.List({.cluster = "lab", .node = "n2"});
    benchmark::DoNotOptimize(listed);
  }
}
BENCHMARK(BM_ListNewestAlarmsOfANode);

void BM_IncidentToJsonAndBack(benchmark::State& state) {
  domain::Incident incident;
  incident.cluster = "lab";
  for (int i = 0; i < 6; ++i) {
    domain::RankedCause cause;
    cause.target.node = domain::NodeIndex(1);
    cause.problem = domain::ProblemId::kCpu;
    cause.probability = 0.123456789;
    cause.evidence = Batch(5, 7);
    incident.verdict.ranking.push_back(cause);
  }
  for (auto _ : state) {
    auto read = IncidentFromJson(IncidentToJson(incident, kLab));
    benchmark::DoNotOptimize(read);
  }
}
BENCHMARK(BM_IncidentToJsonAndBack);

}  // namespace
}  // namespace distdiag::store

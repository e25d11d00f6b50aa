// What a reading costs in CPU: on the real /proc of this machine, and of a captured answer of node_exporter.
#include "base/clock.h"
#include "collect/host/host_probe.h"
#include "collect/host/node_exporter_probe.h"
#include "collect/prometheus_text.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace distdiag::collect {
namespace {

std::string Captured() {
  const auto room = std::filesystem::path(__FILE__).parent_path().parent_path();
  std::ifstream file(room / "testdata" / "node_exporter_1.5.prom");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void Run(benchmark::State& state, HostProbeOptions options) {
  base::RealClock clock;
  HostProbe probe(std::move(options), clock);
  for (auto _ : state) {
    auto reading = probe.Read(clock.Now() + std::chrono::seconds(1));
    if (!reading) state.SkipWithError(reading.error().message().c_str());
    benchmark::DoNotOptimize(reading);
  }
}

void BM_MachineReading(benchmark::State& state) {
  HostProbeOptions options;
  options.database_pid_file = "/proc/self/stat";  // its first number is our process ID
  options.mount_point = "/";
  options.box = BoxValues::kOn;
  Run(state, options);
}
BENCHMARK(BM_MachineReading)->Unit(benchmark::kMicrosecond);

// A name that no process has: what a reading costs while the database is down.
void BM_MachineReadingSearchingTheDatabase(benchmark::State& state) {
  HostProbeOptions options;
  options.database_process = "no-such-process";
  Run(state, options);
}
BENCHMARK(BM_MachineReadingSearchingTheDatabase)->Unit(benchmark::kMicrosecond);

void BM_NodeExporterAnswer(benchmark::State& state) {
  const std::string text = Captured();
  for (auto _ : state) {
    std::vector<std::string> limits;
    auto snapshot = ReadNodeExporter(text, {}, limits);
    if (!snapshot) state.SkipWithError(snapshot.error().message().c_str());
    benchmark::DoNotOptimize(snapshot);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_NodeExporterAnswer)->Unit(benchmark::kMicrosecond);

void BM_PrometheusText(benchmark::State& state) {
  const std::string text = Captured();
  PrometheusSample sample;
  for (auto _ : state) {
    PrometheusText reader(text);
    std::size_t samples = 0;
    while (reader.Next(sample).value_or(false)) ++samples;
    if (samples < 500) state.SkipWithError("the captured answer is not whole");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_PrometheusText)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace distdiag::collect

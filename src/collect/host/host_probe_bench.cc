// What a reading costs in CPU: on the real /proc of this machine, and of an answer of node_exporter.
#include "base/clock.h"
#include "base/prometheus_text.h"
#include "collect/host/host_probe.h"
#include "collect/host/node_exporter_probe.h"

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace distdiag::collect {
namespace {

// As long as node_exporter's answer about a machine with 8 CPUs, 4 disks and 4 interfaces, two lines of comment a name.
std::string LikeNodeExporter() {
  std::string text;
  const auto add = [&](const std::string& name, const std::string& label, const auto& values) {
    text += "# HELP " + name + " What the kernel says about it, in a sentence of usual length.\n";
    text += "# TYPE " + name + " counter\n";
    for (const char* value : values)
      text += name + "{" + label + "=\"" + value + "\"} 1.234567891e+09\n";
  };
  constexpr const char* kDisks[] = {"sda", "sdb", "nvme0n1", "nvme1n1"};
  constexpr const char* kInterfaces[] = {"eth0", "eth1", "docker0", "lo"};
  constexpr const char* kModes[] = {"idle",    "iowait", "irq",    "nice",
                                    "softirq", "steal",  "system", "user"};
  for (int cpu = 0; cpu < 8; ++cpu)
    add("node_cpu_seconds_total", "cpu=\"" + std::to_string(cpu) + "\",mode", kModes);
  for (const char* name : {"reads_completed_total", "read_bytes_total", "read_time_seconds_total",
                           "written_bytes_total", "io_time_seconds_total", "io_now"})
    add(std::string("node_disk_") + name, "device", kDisks);
  for (int i = 0; i < 12; ++i) add("node_disk_other_" + std::to_string(i), "device", kDisks);
  for (const char* name : {"receive_bytes_total", "receive_packets_total", "transmit_bytes_total"})
    add(std::string("node_network_") + name, "device", kInterfaces);
  for (int i = 0; i < 40; ++i)
    add("node_network_other_" + std::to_string(i), "device", kInterfaces);
  constexpr const char* kOne[] = {"y"};
  for (int i = 0; i < 250; ++i) add("node_memory_or_so_" + std::to_string(i), "x", kOne);
  return text;
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
  const std::string text = LikeNodeExporter();
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
  const std::string text = LikeNodeExporter();
  base::PrometheusSample sample;
  for (auto _ : state) {
    base::PrometheusText reader(text);
    std::size_t samples = 0;
    while (reader.Next(sample).value_or(false)) ++samples;
    benchmark::DoNotOptimize(samples);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_PrometheusText)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace distdiag::collect

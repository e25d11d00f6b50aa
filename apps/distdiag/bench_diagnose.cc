#include "base/file_system.h"
#include "engine/diagnosis_load.h"
#include "report.h"
#include "subcommands.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

struct Percentiles {
  double p50_us;
  double p99_us;
};

base::Result<Percentiles> Measure(std::size_t nodes, std::size_t metrics,
                                  const BenchArguments& arguments) {
  constexpr int kWarmUpTicks = 60;
  ASSIGN_OR_RETURN(detect::ModelArtefact model,
                   detect::LoadModel(base::RealFileSystem(), arguments.model));
  ASSIGN_OR_RETURN(detect::SequenceModel sequence,
                   detect::LoadSequenceModel(base::RealFileSystem(), arguments.sequence));
  ASSIGN_OR_RETURN(
      const auto load,
      engine::DiagnosisLoad::New(
          nodes, metrics, std::make_shared<const detect::ModelArtefact>(std::move(model)),
          std::make_shared<const detect::SequenceModel>(std::move(sequence))));
  for (int tick = 0; tick < kWarmUpTicks; ++tick) load->pipeline().Process(load->NextTick());
  std::vector<double> micros;
  for (int i = 0; i < arguments.repetitions; ++i) {
    const domain::TickSamples samples = load->NextTick();
    const auto began = std::chrono::steady_clock::now();
    load->pipeline().Process(samples);
    micros.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began)
            .count());
  }
  std::sort(micros.begin(), micros.end());
  return Percentiles{micros[micros.size() / 2], micros[micros.size() * 99 / 100]};
}

}  // namespace

int RunBenchDiagnose(const BenchArguments& arguments) {
  // As many series as 100 x 200, with the metrics that the catalogue has for a node.
  const std::size_t most = engine::DiagnosisLoad::NodeMetricCount();
  const std::size_t shapes[][2] = {{3, 130}, {(100 * 200 + most - 1) / most, most}};
  for (const auto& [nodes, metrics] : shapes) {
    const auto measured = Measure(nodes, metrics, arguments);
    if (!measured) return Refuse(measured.error());
    fmt::print(
        "diagnose {:>3} nodes x {} metrics = {:>5} series: p50 {:.0f} us, p99 {:.0f} us ({} "
        "repetitions)\n",
        nodes, metrics, nodes * metrics, measured->p50_us, measured->p99_us, arguments.repetitions);
  }
  return kDone;
}

}  // namespace distdiag::app

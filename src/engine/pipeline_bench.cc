// One full diagnosis (append, detect, graph, rank, incident) of one tick, by nodes × metrics.
#include "base/file_system.h"
#include "engine/diagnosis_load.h"

#include <benchmark/benchmark.h>

namespace distdiag::engine {
namespace {

// Third argument: 1 = with the sequence detector.
void BM_Diagnose(benchmark::State& state) {
  // Run from the project's folder, as `make bench` does.
  auto model = detect::LoadModel(base::RealFileSystem(), "models/galera/model.json");
  if (!model) {
    state.SkipWithError(model.error().message().c_str());
    return;
  }
  std::shared_ptr<const detect::SequenceModel> sequence;
  if (state.range(2) != 0) {
    auto loaded = detect::LoadSequenceModel(base::RealFileSystem(), "models/galera/sequence.json");
    if (!loaded) {
      state.SkipWithError(loaded.error().message().c_str());
      return;
    }
    sequence = std::make_shared<const detect::SequenceModel>(std::move(*loaded));
  }
  auto load =
      DiagnosisLoad::New(static_cast<std::size_t>(state.range(0)),
                         static_cast<std::size_t>(state.range(1)),
                         std::make_shared<const detect::ModelArtefact>(std::move(*model)), sequence)
          .value();
  for (int tick = 0; tick < 60; ++tick) load->pipeline().Process(load->NextTick());
  for (auto _ : state) {
    state.PauseTiming();
    const domain::TickSamples samples = load->NextTick();
    state.ResumeTiming();
    benchmark::DoNotOptimize(load->pipeline().Process(samples));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}
BENCHMARK(BM_Diagnose)
    ->Args({3, 130, 0})
    ->Args({3, 130, 1})
    ->Args({110, 182, 0})
    ->Args({110, 182, 1})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace distdiag::engine

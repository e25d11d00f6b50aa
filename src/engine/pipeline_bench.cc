// One full diagnosis (append, detect, graph, rank, incident) of one tick, by nodes × metrics.
#include "engine/diagnosis_load.h"

#include <benchmark/benchmark.h>

namespace distdiag::engine {
namespace {

void BM_Diagnose(benchmark::State& state) {
  auto load = DiagnosisLoad::New(static_cast<std::size_t>(state.range(0)),
                                 static_cast<std::size_t>(state.range(1)))
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
BENCHMARK(BM_Diagnose)->Args({3, 130})->Args({108, 185})->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace distdiag::engine

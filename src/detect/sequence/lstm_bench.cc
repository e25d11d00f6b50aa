#include "detect/sequence/lstm.h"

#include "base/random.h"
#include "detect/sequence/lstm_training.h"

#include <algorithm>
#include <string>

#include <benchmark/benchmark.h>

namespace distdiag::detect {
namespace {

// What tools/bench_peers/lstm gives to PyTorch too: arguments are inputs, hidden, layers, outputs, ticks, batch.
struct BenchData {
  explicit BenchData(const benchmark::State& state)
      : shape{At(state, 0), At(state, 1), At(state, 2), At(state, 3)},
        ticks(At(state, 4)),
        batch(At(state, 5)) {
    base::Random random(1);
    for (std::size_t i = 0; i < shape.ParameterCount(); ++i)
      weights.push_back(static_cast<float>(0.6 * (random.NextUnit() - 0.5)));
    for (std::size_t i = 0; i < ticks * batch * shape.inputs; ++i)
      x.push_back(static_cast<float>(4 * (random.NextUnit() - 0.5)));
  }

  static std::size_t At(const benchmark::State& state, std::size_t i) {
    return static_cast<std::size_t>(state.range(i));
  }

  LstmShape shape;
  std::size_t ticks, batch;
  std::vector<float> weights, x;
};

// Whole windows, from an empty state.
void BM_LstmForward(benchmark::State& state) {
  const BenchData data(state);
  const Lstm lstm(data.shape, data.weights);
  std::vector<float> carried(lstm.StateSize(data.batch)), scratch,
      y(data.batch * data.shape.outputs);
  for (auto _ : state) {
    std::fill(carried.begin(), carried.end(), 0.0F);
    lstm.Advance(data.x, data.batch, carried, scratch, y);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  for (std::size_t i = 0; i < 8; ++i) state.counters["y" + std::to_string(i)] = y[y.size() - 8 + i];
}
BENCHMARK(BM_LstmForward)
    ->Args({10, 32, 1, 10, 30, 1})
    ->Args({10, 32, 1, 10, 30, 64})
    ->Args({10, 64, 2, 10, 30, 1})
    ->Args({10, 64, 2, 10, 30, 64});

// One tick of so many nodes, the state carried: the detector's work.
void BM_LstmTick(benchmark::State& state) {
  const BenchData data(state);
  const Lstm lstm(data.shape, data.weights);
  std::vector<float> carried(lstm.StateSize(data.batch)), scratch,
      y(data.batch * data.shape.outputs);
  const std::size_t row = data.batch * data.shape.inputs;
  std::size_t tick = 0;
  for (auto _ : state) {
    lstm.Advance(std::span(data.x).subspan(tick * row, row), data.batch, carried, scratch, y);
    benchmark::DoNotOptimize(y.data());
    tick = tick + 1 < data.ticks ? tick + 1 : 0;
  }
}
BENCHMARK(BM_LstmTick)->Args({10, 32, 1, 10, 30, 1})->Args({10, 32, 1, 10, 30, 64});

void BM_LstmLossAndGradient(benchmark::State& state) {
  const BenchData data(state);
  const SequenceBatch<float> batch{
      .ticks = data.ticks,
      .size = data.batch,
      .x = data.x,
      .target = std::vector<float>(data.ticks * data.batch * data.shape.outputs, 0.5F),
      .weight = std::vector<float>(data.ticks * data.batch * data.shape.outputs, 1)};
  std::vector<float> gradient(data.weights.size());
  for (auto _ : state)
    benchmark::DoNotOptimize(LossAndGradient<float>(data.shape, data.weights, batch, gradient));
}
BENCHMARK(BM_LstmLossAndGradient)->Args({10, 32, 1, 10, 30, 16});

}  // namespace
}  // namespace distdiag::detect

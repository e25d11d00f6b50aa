#include "detect/sequence/lstm.h"

#include "base/check.h"
#include "detect/sequence/lstm_kernels.h"

#include <algorithm>
#include <utility>

namespace distdiag::detect {
namespace {

std::size_t FilledUp(std::size_t count, std::size_t to) { return (count + to - 1) / to * to; }

// Rows of `groups` times `count` values, each group filled up to `filled` with zeros, as panels [panel, row, kLstmPanel].
void AppendPanels(const float* from, std::size_t rows, std::size_t groups, std::size_t count,
                  std::size_t filled, std::vector<float>& packed) {
  const std::size_t start = packed.size(), width = groups * filled;
  packed.resize(start + rows * width);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < groups * count; ++i) {
      const std::size_t to = i / count * filled + i % count;
      packed[start + to / kLstmPanel * rows * kLstmPanel + row * kLstmPanel + to % kLstmPanel] =
          from[row * groups * count + i];
    }
  }
}

}  // namespace

std::size_t LstmShape::ParameterCount() const {
  std::size_t count = (hidden + 1) * outputs;
  for (std::size_t layer = 0; layer < layers; ++layer) count += 4 * hidden * FanIn(layer);
  return count;
}

bool LstmShape::IsValid() const {
  const auto in_range = [](std::size_t value, std::size_t most) {
    return value >= 1 && value <= most;
  };
  return in_range(inputs, kMaxHidden) && in_range(hidden, kMaxHidden) &&
         in_range(layers, kMaxLayers) && in_range(outputs, kMaxHidden);
}

LstmSizes SizesOf(const LstmShape& shape) {
  return {shape.inputs,
          shape.hidden,
          shape.layers,
          shape.outputs,
          FilledUp(shape.hidden, kLstmCells),
          FilledUp(shape.outputs, kLstmPanel)};
}

std::vector<float> PackLstm(const LstmShape& shape, const std::vector<float>& parameters) {
  const LstmSizes sizes = SizesOf(shape);
  std::vector<float> packed;
  const float* from = parameters.data();
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    const std::size_t inputs = shape.FanIn(layer) - shape.hidden - 1;
    for (const std::size_t rows : {inputs, shape.hidden}) {
      AppendPanels(from, rows, 4, shape.hidden, sizes.cells, packed);
      from += rows * 4 * shape.hidden;
    }
    for (std::size_t gate = 0; gate < 4; ++gate, from += shape.hidden) {
      packed.insert(packed.end(), from, from + shape.hidden);
      packed.resize(packed.size() + sizes.cells - shape.hidden);
    }
  }
  AppendPanels(from, shape.hidden, 1, shape.outputs, sizes.head_outputs, packed);
  from += shape.hidden * shape.outputs;
  packed.insert(packed.end(), from, from + shape.outputs);
  packed.resize(packed.size() + sizes.head_outputs - shape.outputs);
  return packed;
}

std::size_t TicksAtOnce(std::size_t ticks, std::size_t batch) {
  constexpr std::size_t kColumns = 64;  // their gates stay in the cache
  return std::clamp<std::size_t>(kColumns / batch, 1, ticks);
}

std::size_t ScratchSize(const LstmSizes& sizes, std::size_t ticks_at_once, std::size_t batch) {
  return sizes.layers * (ticks_at_once + 1) * batch * sizes.cells +
         std::max(ticks_at_once * 4 * sizes.cells, sizes.head_outputs) * batch;
}

const LstmKernels& BestLstmKernels() {
#if defined(__x86_64__)
  static const LstmKernels& best = []() -> const LstmKernels& {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
      return kAvx512LstmKernels;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kAvx2LstmKernels;
    return kPlainLstmKernels;
  }();
  return best;
#else
  return kPlainLstmKernels;
#endif
}

Lstm::Lstm(LstmShape shape, std::vector<float> parameters)
    : shape_(shape), parameters_(std::move(parameters)) {
  CHECK(shape_.IsValid());
  CHECK(parameters_.size() == shape_.ParameterCount());
  packed_ = PackLstm(shape_, parameters_);
}

std::size_t Lstm::StateSize(std::size_t batch) const {
  return 2 * shape_.layers * batch * SizesOf(shape_).cells;
}

void Lstm::Advance(std::span<const float> x, std::size_t batch, std::span<float> state,
                   std::vector<float>& scratch, std::span<float> y) const {
  const std::size_t row = batch * shape_.inputs;
  CHECK(batch > 0 && !x.empty() && x.size() % row == 0);
  CHECK(state.size() == StateSize(batch) && y.size() == batch * shape_.outputs);
  const std::size_t ticks = x.size() / row;
  LstmPass pass{.sizes = SizesOf(shape_),
                .ticks = ticks,
                .ticks_at_once = TicksAtOnce(ticks, batch),
                .batch = batch,
                .packed = packed_.data(),
                .x = x.data(),
                .state = state.data(),
                .scratch = nullptr,
                .y = y.data()};
  scratch.resize(std::max(scratch.size(), ScratchSize(pass.sizes, pass.ticks_at_once, pass.batch)));
  pass.scratch = scratch.data();
  BestLstmKernels().advance(pass);
}

}  // namespace distdiag::detect

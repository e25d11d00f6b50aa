#include "detect/sequence/lstm.h"

#include "base/check.h"
#include "detect/sequence/lstm_kernels.h"

#include <utility>

namespace distdiag::detect {

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
}

void Lstm::Step(std::span<const float> x, std::span<float> state, std::span<float> y) const {
  CHECK(x.size() == shape_.inputs && state.size() == StateSize() && y.size() == shape_.outputs);
  kPlainLstmKernels.step(shape_, parameters_.data(), x.data(), state.data(), y.data());
}

void Lstm::Forward(std::span<const float> x, std::size_t batch, std::vector<float>& scratch,
                   std::span<float> y) const {
  const std::size_t row = batch * shape_.inputs;
  CHECK(batch > 0 && !x.empty() && x.size() % row == 0 && y.size() == batch * shape_.outputs);
  scratch.resize(ForwardScratchSize(shape_, batch));
  BestLstmKernels().forward(shape_, parameters_.data(), x.data(), x.size() / row, batch,
                            scratch.data(), y.data());
}

}  // namespace distdiag::detect

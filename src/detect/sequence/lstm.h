// A long short-term memory network (Hochreiter, Schmidhuber, Neural Computation 9(8), 1997; with the forget gate of Gers et
// al., 2000) with a linear head: the forward pass.
//
// Why so: for the small networks that forecast a node's metrics a general framework spends nearly all its time outside the
// arithmetic (docs/detection.md).
// Each layer has one matrix for all gates and all that goes into them:
//   [i f g o] = W · [x h 1];  c = σ(f)·c + σ(i)·tanh(g);  h = σ(o)·tanh(c);  y = V · [h 1] of the last layer
// Thread: const-safe; a state and a scratch belong to the caller.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

// Parameters lie one after the other: for each layer W as [input + hidden + 1, 4 · hidden] row by row (the last row is the
// bias, the gates in the order i f g o), then V as [hidden + 1, output].
struct LstmShape {
  static constexpr std::size_t kMaxHidden = 256;
  static constexpr std::size_t kMaxLayers = 2;

  std::size_t inputs = 0;
  std::size_t hidden = 0;
  std::size_t layers = 1;
  std::size_t outputs = 0;

  // Values that go into a layer's gates: [x h 1].
  std::size_t FanIn(std::size_t layer) const { return (layer == 0 ? inputs : hidden) + hidden + 1; }
  std::size_t ParameterCount() const;
  // inputs and outputs 1..kMaxHidden, hidden 1..kMaxHidden, layers 1..kMaxLayers
  bool IsValid() const;

  friend bool operator==(const LstmShape&, const LstmShape&) = default;
};

// Numerical limits: float32; the logistic function and tanh within 3e-7 of the true ones; outputs within 1e-5 of PyTorch's for
// inputs within ±10. |h| <= 1 for inputs up to ±1e30; one that is not finite makes the state not finite: keep it out. The
// machine's widest instructions are used: machines may differ by 1e-6.
class Lstm {
 public:
  // REQUIRES: shape.IsValid(); parameters.size() == shape.ParameterCount().
  Lstm(LstmShape shape, std::vector<float> parameters);

  const LstmShape& shape() const { return shape_; }
  const std::vector<float>& parameters() const { return parameters_; }

  // What is carried from call to call for `batch` sequences: at first so many zeros.
  std::size_t StateSize(std::size_t batch) const;
  // Some ticks of some sequences: x [tick, batch, input] in, y [batch, output] after the last tick out. `scratch` is memory to
  // use again. Best in batches of up to about 64: much larger ones leave the cache.
  // Cost: docs/detection.md.
  void Advance(std::span<const float> x, std::size_t batch, std::span<float> state,
               std::vector<float>& scratch, std::span<float> y) const;

 private:
  LstmShape shape_;
  std::vector<float> parameters_;
  std::vector<float> packed_;  // the same as the kernels want them
};

}  // namespace distdiag::detect

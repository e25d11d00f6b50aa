// Fitting an Lstm: loss and gradient by back-propagation through time, Adam, and the loop with early stopping.
//
// Why so: plain instructions and a fixed order of every sum, so that the same data and seed give the same bytes on every
// x86-64 machine.
// Thread: const-safe. Cost: about 1.7 µs a tick and sequence at 10 inputs and 32 hidden values.
#pragma once

#include "detect/sequence/lstm.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace distdiag::detect {

// Sequences of equal length. Shapes: x [tick, batch, input], target and weight [tick, batch, output]: what the head should
// give after each tick, and how much that counts (0 = not at all: a gap, or beyond a shorter sequence's end). All finite.
template <typename T>
struct SequenceBatch {
  std::size_t ticks = 0;
  std::size_t size = 0;
  std::vector<T> x, target, weight;
};

// Loss = Σ weight · (output − target)² / Σ weight; 0 when no weight is above 0. Adds nothing: `gradient` is overwritten; empty
// = not wanted.
// For T = float and double (gradient checks need double). REQUIRES: sizes as said; gradient empty or as many as parameters.
template <typename T>
double LossAndGradient(const LstmShape& shape, std::span<const T> parameters,
                       const SequenceBatch<T>& batch, std::span<T> gradient);

// Adam (Kingma, Ba, ICLR 2015, algorithm 1).
class Adam {
 public:
  struct Options {
    double learning_rate = 3e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
  };
  Adam(std::size_t parameter_count, Options options)
      : options_(options), mean_(parameter_count), square_(parameter_count) {}
  void Step(std::span<const float> gradient, std::span<float> parameters);

 private:
  Options options_;
  std::vector<float> mean_, square_;
  double beta1_power_ = 1, beta2_power_ = 1;  // β to the number of steps
};

// Scales the gradient down to this length (Euclidean norm) if it is longer.
void ClipGradient(std::span<float> gradient, double longest);

struct LstmTrainOptions {
  Adam::Options adam = {};
  double longest_gradient = 1.0;
  std::size_t most_epochs = 300;
  std::size_t patience = 30;  // epochs without a smaller loss on what is held apart
  std::size_t batch_size = 16;
  std::uint64_t seed = 7;
};

struct TrainedLstm {
  std::vector<float> parameters;  // of the epoch with the smallest loss on what was held apart
  std::size_t epochs = 0;         // that epoch, from 1
  double loss = 0;                // of it
};

// Uniform in ±1/sqrt(hidden), the forget gates' bias 1 (Jozefowicz, Zaremba, Sutskever, ICML 2015), the head zero: a new
// network forecasts 0.
std::vector<float> StartParameters(const LstmShape& shape, std::uint64_t seed);

// `train`, `held_apart`: batches of one sequence each, of one length. REQUIRES: neither is empty.
TrainedLstm TrainLstm(const LstmShape& shape, std::span<const SequenceBatch<float>> train,
                      std::span<const SequenceBatch<float>> held_apart,
                      const LstmTrainOptions& options);

// One batch out of sequences of one length, in the order of `chosen`.
SequenceBatch<float> Together(std::span<const SequenceBatch<float>> sequences,
                              std::span<const std::size_t> chosen);

}  // namespace distdiag::detect

#include "detect/sequence/lstm_training.h"

#include "base/check.h"
#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <Eigen/Core>

namespace distdiag::detect {
namespace {

// Matrices are Eigen's default, column by column: a column is one sequence of the batch.
using Eigen::Index;
template <typename T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
template <typename T>
using Columns = Eigen::Map<Matrix<T>>;
template <typename T>
using ConstColumns = Eigen::Map<const Matrix<T>>;
template <typename T>
using Values = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;
template <typename T>
using ConstValues = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;

inline Index ToIndex(std::size_t value) { return static_cast<Index>(value); }

// One sequence: `gates` [4, hidden] from what the product gave to what the gates are; c and h from that. cell_before may be
// `cell`.
template <typename T>
void ActivateCell(Index hidden, T* gates, const T* cell_before, T* cell, T* output) {
  Values<T> in_and_forget(gates, 2 * hidden), candidate(gates + 2 * hidden, hidden),
      out(gates + 3 * hidden, hidden);
  in_and_forget = in_and_forget.logistic();
  candidate = candidate.tanh();
  out = out.logistic();
  Values<T> c(cell, hidden);
  c = in_and_forget.tail(hidden) * ConstValues<T>(cell_before, hidden) +
      in_and_forget.head(hidden) * candidate;
  Values<T>(output, hidden) = out * c.tanh();
}

// What the backward pass needs of one layer, all ticks one after the other.
template <typename T>
struct Trace {
  std::vector<T> into;   // [x h 1] before each tick, and after the last one
  std::vector<T> gates;  // activated
  std::vector<T> cells;  // c after each tick; before the first comes a block of zeros
};

template <typename T>
class Pass {
 public:
  Pass(const LstmShape& shape, std::span<const T> parameters, const SequenceBatch<T>& batch)
      : shape_(shape), parameters_(parameters), batch_(batch), layers_(shape.layers) {
    for (std::size_t layer = 0; layer < shape.layers; ++layer) {
      Trace<T>& trace = layers_[layer];
      trace.into.assign((batch.ticks + 1) * batch.size * shape.FanIn(layer), 0);
      trace.gates.assign(batch.ticks * batch.size * 4 * shape.hidden, 0);
      trace.cells.assign((batch.ticks + 1) * batch.size * shape.hidden, 0);
      for (std::size_t tick = 0; tick <= batch.ticks; ++tick)
        Into(layer, tick).bottomRows(1).setOnes();
    }
    for (std::size_t tick = 0; tick < batch.ticks; ++tick)
      Into(0, tick).topRows(ToIndex(shape.inputs)) = ConstColumns<T>(
          &batch.x[tick * batch.size * shape.inputs], ToIndex(shape.inputs), Size());
  }

  double Run(std::span<T> gradient) {
    for (std::size_t tick = 0; tick < batch_.ticks; ++tick) {
      for (std::size_t layer = 0; layer < shape_.layers; ++layer) Forward(layer, tick);
    }
    double loss = 0, weights = 0;
    for (const T weight : batch_.weight) weights += static_cast<double>(weight);
    std::vector<Matrix<T>> head_errors;  // d loss / d output, by tick
    for (std::size_t tick = 0; tick < batch_.ticks; ++tick) {
      const std::size_t offset = tick * batch_.size * shape_.outputs;
      const Index outputs = ToIndex(shape_.outputs);
      const ConstColumns<T> target(&batch_.target[offset], outputs, Size()),
          weight(&batch_.weight[offset], outputs, Size());
      const Matrix<T> error = Head() * Top(tick) - target;
      const Matrix<T> weighted = error.cwiseProduct(weight);
      for (Index i = 0; i < error.size(); ++i)
        loss += static_cast<double>(weighted.data()[i]) * static_cast<double>(error.data()[i]);
      if (weights > 0) head_errors.push_back(weighted * static_cast<T>(2 / weights));
    }
    if (!gradient.empty()) {
      std::fill(gradient.begin(), gradient.end(), T(0));
      if (weights > 0) Backward(head_errors, gradient);
    }
    return weights > 0 ? loss / weights : 0;
  }

 private:
  Index Size() const { return ToIndex(batch_.size); }
  Index Hidden() const { return ToIndex(shape_.hidden); }
  std::size_t Offset(std::size_t layer) const {  // of the layer's parameters; layers: the head's
    std::size_t offset = 0;
    for (std::size_t before = 0; before < layer; ++before)
      offset += 4 * shape_.hidden * shape_.FanIn(before);
    return offset;
  }
  ConstColumns<T> Weights(std::size_t layer) const {
    return {&parameters_[Offset(layer)], 4 * Hidden(), ToIndex(shape_.FanIn(layer))};
  }
  ConstColumns<T> Head() const {
    return {&parameters_[Offset(shape_.layers)], ToIndex(shape_.outputs), Hidden() + 1};
  }
  Columns<T> Into(std::size_t layer, std::size_t tick) {
    const std::size_t fan_in = shape_.FanIn(layer);
    return {&layers_[layer].into[tick * batch_.size * fan_in], ToIndex(fan_in), Size()};
  }
  // [h 1] of the last layer after the tick.
  auto Top(std::size_t tick) { return Into(shape_.layers - 1, tick + 1).bottomRows(Hidden() + 1); }
  T* Gates(std::size_t layer, std::size_t tick, std::size_t b) {
    return &layers_[layer].gates[(tick * batch_.size + b) * 4 * shape_.hidden];
  }
  // c before the tick.
  T* Cell(std::size_t layer, std::size_t tick, std::size_t b) {
    return &layers_[layer].cells[(tick * batch_.size + b) * shape_.hidden];
  }

  void Forward(std::size_t layer, std::size_t tick) {
    Columns<T>(Gates(layer, tick, 0), 4 * Hidden(), Size()).noalias() =
        Weights(layer) * Into(layer, tick);
    const Index h = ToIndex(shape_.FanIn(layer)) - Hidden() - 1;
    Columns<T> after = Into(layer, tick + 1);
    for (std::size_t b = 0; b < batch_.size; ++b)
      ActivateCell<T>(Hidden(), Gates(layer, tick, b), Cell(layer, tick, b),
                      Cell(layer, tick + 1, b), &after(h, ToIndex(b)));
    if (layer + 1 < shape_.layers)
      Into(layer + 1, tick).topRows(Hidden()) = after.middleRows(h, Hidden());
  }

  // Replaces the gates of one sequence by d loss / d (what the product gave). cell_error: d loss / d c after the tick in,
  // before it out.
  void CellBackward(std::size_t layer, std::size_t tick, std::size_t b, const T* output_error,
                    T* cell_error) {
    T* gates = Gates(layer, tick, b);
    const T* before = Cell(layer, tick, b);
    const T* after = Cell(layer, tick + 1, b);
    const std::size_t n = shape_.hidden;
    for (std::size_t k = 0; k < n; ++k) {
      const T in = gates[k], forget = gates[n + k], candidate = gates[2 * n + k],
              out = gates[3 * n + k];
      const T shown = Eigen::numext::tanh(after[k]);
      const T error = cell_error[k] + output_error[k] * out * (1 - shown * shown);
      gates[k] = error * candidate * in * (1 - in);
      gates[n + k] = error * before[k] * forget * (1 - forget);
      gates[2 * n + k] = error * in * (1 - candidate * candidate);
      gates[3 * n + k] = output_error[k] * shown * out * (1 - out);
      cell_error[k] = error * forget;
    }
  }

  void Backward(const std::vector<Matrix<T>>& head_errors, std::span<T> gradient) {
    const std::size_t layers = shape_.layers;
    // Of each layer: d loss / d h that comes from the next tick, and d loss / d c.
    std::vector<Matrix<T>> from_next(layers, Matrix<T>::Zero(Hidden(), Size()));
    std::vector<Matrix<T>> cell_errors = from_next;
    Columns<T> head_gradient(&gradient[Offset(layers)], ToIndex(shape_.outputs), Hidden() + 1);
    for (std::size_t tick = batch_.ticks; tick-- > 0;) {
      head_gradient.noalias() += head_errors[tick] * Top(tick).transpose();
      Matrix<T> from_above = Head().leftCols(Hidden()).transpose() * head_errors[tick];
      for (std::size_t layer = layers; layer-- > 0;) {
        const Matrix<T> output_errors = from_next[layer] + from_above;
        for (std::size_t b = 0; b < batch_.size; ++b)
          CellBackward(layer, tick, b, &output_errors(0, ToIndex(b)),
                       &cell_errors[layer](0, ToIndex(b)));
        const ConstColumns<T> errors(Gates(layer, tick, 0), 4 * Hidden(), Size());
        const Index fan_in = ToIndex(shape_.FanIn(layer));
        Columns<T>(&gradient[Offset(layer)], 4 * Hidden(), fan_in).noalias() +=
            errors * Into(layer, tick).transpose();
        const Matrix<T> into_errors = Weights(layer).leftCols(fan_in - 1).transpose() * errors;
        from_next[layer] = into_errors.bottomRows(Hidden());
        from_above = into_errors.topRows(fan_in - 1 - Hidden());  // of layer 0: of no use
      }
    }
  }

  LstmShape shape_;
  std::span<const T> parameters_;
  const SequenceBatch<T>& batch_;
  std::vector<Trace<T>> layers_;
};

}  // namespace

template <typename T>
double LossAndGradient(const LstmShape& shape, std::span<const T> parameters,
                       const SequenceBatch<T>& batch, std::span<T> gradient) {
  CHECK(parameters.size() == shape.ParameterCount());
  CHECK(gradient.empty() || gradient.size() == parameters.size());
  CHECK(batch.x.size() == batch.ticks * batch.size * shape.inputs);
  CHECK(batch.target.size() == batch.ticks * batch.size * shape.outputs);
  CHECK(batch.weight.size() == batch.target.size());
  return Pass<T>(shape, parameters, batch).Run(gradient);
}

template double LossAndGradient(const LstmShape&, std::span<const float>,
                                const SequenceBatch<float>&, std::span<float>);
template double LossAndGradient(const LstmShape&, std::span<const double>,
                                const SequenceBatch<double>&, std::span<double>);

void Adam::Step(std::span<const float> gradient, std::span<float> parameters) {
  beta1_power_ *= options_.beta1;
  beta2_power_ *= options_.beta2;
  const auto beta1 = static_cast<float>(options_.beta1);
  const auto beta2 = static_cast<float>(options_.beta2);
  // Both corrections of the start in one factor and one scaled epsilon.
  const double square_correction = std::sqrt(1 - beta2_power_);
  const auto rate =
      static_cast<float>(options_.learning_rate * square_correction / (1 - beta1_power_));
  const auto epsilon = static_cast<float>(options_.epsilon * square_correction);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    mean_[i] = beta1 * mean_[i] + (1 - beta1) * gradient[i];
    square_[i] = beta2 * square_[i] + (1 - beta2) * gradient[i] * gradient[i];
    parameters[i] -= rate * mean_[i] / (std::sqrt(square_[i]) + epsilon);
  }
}

void ClipGradient(std::span<float> gradient, double longest) {
  double square = 0;
  for (const float value : gradient)
    square += static_cast<double>(value) * static_cast<double>(value);
  const double length = std::sqrt(square);
  if (length <= longest) return;
  const auto factor = static_cast<float>(longest / length);
  for (float& value : gradient) value *= factor;
}

std::vector<float> StartParameters(const LstmShape& shape, std::uint64_t seed) {
  base::Random random(seed);
  const double range = 1 / std::sqrt(static_cast<double>(shape.hidden));
  std::vector<float> parameters(shape.ParameterCount(), 0);
  std::size_t next = 0;
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    const std::size_t row = 4 * shape.hidden, rows = shape.FanIn(layer);
    for (std::size_t i = 0; i < row * (rows - 1); ++i)
      parameters[next++] = static_cast<float>(range * (2 * random.NextUnit() - 1));
    for (std::size_t gate = 0; gate < row; ++gate)
      parameters[next++] = gate >= shape.hidden && gate < 2 * shape.hidden ? 1 : 0;
  }
  return parameters;
}

SequenceBatch<float> Together(std::span<const SequenceBatch<float>> sequences,
                              std::span<const std::size_t> chosen) {
  SequenceBatch<float> batch;
  batch.ticks = sequences[0].ticks;
  batch.size = chosen.size();
  const auto join = [&](auto member) {
    std::vector<float> joined;
    const std::size_t row = (sequences[0].*member).size() / batch.ticks;
    for (std::size_t tick = 0; tick < batch.ticks; ++tick) {
      for (const std::size_t one : chosen) {
        const float* from = (sequences[one].*member).data() + tick * row;
        joined.insert(joined.end(), from, from + row);
      }
    }
    return joined;
  };
  batch.x = join(&SequenceBatch<float>::x);
  batch.target = join(&SequenceBatch<float>::target);
  batch.weight = join(&SequenceBatch<float>::weight);
  return batch;
}

TrainedLstm TrainLstm(const LstmShape& shape, std::span<const SequenceBatch<float>> train,
                      std::span<const SequenceBatch<float>> held_apart,
                      const LstmTrainOptions& options) {
  CHECK(!train.empty() && !held_apart.empty());
  std::vector<std::size_t> all(held_apart.size());
  std::iota(all.begin(), all.end(), std::size_t(0));
  const SequenceBatch<float> judged = Together(held_apart, all);
  std::vector<float> parameters = StartParameters(shape, options.seed);
  std::vector<float> gradient(parameters.size());
  TrainedLstm best{parameters, 0, std::numeric_limits<double>::infinity()};
  Adam adam(parameters.size(), options.adam);
  base::Random random(options.seed + 1);
  std::vector<std::size_t> order(train.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  for (std::size_t epoch = 1; epoch <= options.most_epochs; ++epoch) {
    for (std::size_t i = order.size(); i > 1; --i)  // Fisher and Yates
      std::swap(order[i - 1], order[random.NextBelow(i)]);
    for (std::size_t from = 0; from < order.size(); from += options.batch_size) {
      const std::size_t count = std::min(options.batch_size, order.size() - from);
      LossAndGradient<float>(shape, parameters,
                             Together(train, std::span(order).subspan(from, count)), gradient);
      ClipGradient(gradient, options.longest_gradient);
      adam.Step(gradient, parameters);
    }
    const double loss = LossAndGradient<float>(shape, parameters, judged, {});
    if (loss < best.loss) best = {parameters, epoch, loss};
    if (epoch >= best.epochs + options.patience) break;
  }
  return best;
}

}  // namespace distdiag::detect

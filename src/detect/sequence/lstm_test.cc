#include "detect/sequence/lstm.h"

#include "base/random.h"
#include "detect/sequence/lstm_kernels.h"
#include "detect/sequence/lstm_training.h"

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

// What PyTorch gives, made by tools/bench_peers/lstm --golden: rows of a name and numbers.
using Golden = std::map<std::string, std::vector<double>>;

std::vector<Golden> ReadGolden() {
  std::ifstream file(std::string(DISTDIAG_TESTDATA) + "/lstm_golden.csv");
  std::vector<Golden> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    const std::string name = line.substr(0, line.find(','));
    if (name == "shape") cases.emplace_back();
    std::istringstream cells(line.substr(line.find(',') + 1));
    for (std::string cell; std::getline(cells, cell, ',');)
      cases.back()[name].push_back(std::stod(cell));
  }
  return cases;
}

LstmShape ShapeOf(const Golden& golden) {
  const std::vector<double>& shape = golden.at("shape");
  return {static_cast<std::size_t>(shape[0]), static_cast<std::size_t>(shape[1]),
          static_cast<std::size_t>(shape[2]), static_cast<std::size_t>(shape[3])};
}

template <typename T>
std::vector<T> As(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

template <typename T>
SequenceBatch<T> BatchOf(const Golden& golden) {
  return {.ticks = static_cast<std::size_t>(golden.at("shape")[4]),
          .size = static_cast<std::size_t>(golden.at("shape")[5]),
          .x = As<T>(golden.at("x")),
          .target = As<T>(golden.at("target")),
          .weight = As<T>(golden.at("weight"))};
}

template <typename T>
void ExpectNear(const std::vector<T>& found, const std::vector<double>& expected, double tolerance,
                const char* what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(static_cast<double>(found[i]), expected[i], tolerance) << what << " " << i;
}

std::vector<float> After(const Lstm& lstm, std::span<const float> x, std::size_t batch) {
  std::vector<float> state(lstm.StateSize(batch)), scratch, y(batch * lstm.shape().outputs);
  lstm.Advance(x, batch, state, scratch, y);
  return y;
}

TEST(Lstm, OutputsAreThoseOfPyTorch) {
  const std::vector<Golden> cases = ReadGolden();
  ASSERT_GE(cases.size(), 3U);
  for (const Golden& golden : cases) {
    const Lstm lstm(ShapeOf(golden), As<float>(golden.at("parameters")));
    const SequenceBatch<float> batch = BatchOf<float>(golden);
    ExpectNear(After(lstm, batch.x, batch.size), golden.at("last_output"), 1e-5, "last output");
  }
}

std::vector<const LstmKernels*> KernelsOfThisMachine() {
  std::vector<const LstmKernels*> kernels = {&kPlainLstmKernels};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    kernels.push_back(&kAvx2LstmKernels);
#endif
  if (&BestLstmKernels() != kernels.back()) kernels.push_back(&BestLstmKernels());
  return kernels;
}

// However many ticks a layer does before the next one has its turn, and however wide the vectors are.
TEST(Lstm, EveryInstructionSetGivesTheSame) {
  for (const Golden& golden : ReadGolden()) {
    const LstmShape shape = ShapeOf(golden);
    const SequenceBatch<float> batch = BatchOf<float>(golden);
    const auto packed = PackLstm(shape, As<float>(golden.at("parameters")));
    const LstmSizes sizes = SizesOf(shape);
    for (const LstmKernels* one : KernelsOfThisMachine()) {
      for (const std::size_t ticks_at_once : {std::size_t(1), std::size_t(2), batch.ticks}) {
        std::vector<float> scratch(ScratchSize(sizes, ticks_at_once, batch.size)),
            state(2 * shape.layers * batch.size * sizes.cells), y(batch.size * shape.outputs);
        one->advance({sizes, batch.ticks, ticks_at_once, batch.size, packed.data(), batch.x.data(),
                      state.data(), scratch.data(), y.data()});
        ExpectNear(y, golden.at("last_output"), 1e-5, one->name);
      }
    }
  }
}

// Carrying the state gives what running the window gives, at every tick.
TEST(Lstm, SingleTicksGiveWhatPyTorchGivesAtEveryTick) {
  for (const Golden& golden : ReadGolden()) {
    const Lstm lstm(ShapeOf(golden), As<float>(golden.at("parameters")));
    const SequenceBatch<float> batch = BatchOf<float>(golden);
    const std::size_t row = batch.size * lstm.shape().inputs;
    std::vector<float> state(lstm.StateSize(batch.size)), scratch,
        y(batch.size * lstm.shape().outputs);
    const std::vector<double>& expected = golden.at("outputs");
    for (std::size_t tick = 0; tick < batch.ticks; ++tick) {
      lstm.Advance(std::span(batch.x).subspan(tick * row, row), batch.size, state, scratch, y);
      for (std::size_t i = 0; i < y.size(); ++i)
        ASSERT_NEAR(y[i], expected[tick * y.size() + i], 1e-5) << tick;
    }
  }
}

// A sequence's forecast does not depend on how many others are with it, nor on shapes that fill no vector.
TEST(Lstm, ASequenceIsTheSameAloneAndAmongOthers) {
  for (const LstmShape& shape :
       {LstmShape{3, 17, 2, 5}, LstmShape{7, 33, 1, 70}, LstmShape{1, 1, 1, 1}}) {
    base::Random random(9);
    std::vector<float> parameters(shape.ParameterCount());
    for (float& one : parameters) one = static_cast<float>(random.NextUnit() - 0.5);
    const Lstm lstm(shape, parameters);
    for (const std::size_t batch : {1U, 2U, 3U, 5U, 70U}) {
      constexpr std::size_t kTicks = 4;
      std::vector<float> x(kTicks * batch * shape.inputs);
      for (float& one : x) one = static_cast<float>(2 * random.NextUnit() - 1);
      const std::vector<float> together = After(lstm, x, batch);
      for (std::size_t b = 0; b < batch; ++b) {
        std::vector<float> own;
        for (std::size_t tick = 0; tick < kTicks; ++tick) {
          const auto from =
              x.begin() + static_cast<std::ptrdiff_t>((tick * batch + b) * shape.inputs);
          own.insert(own.end(), from, from + static_cast<std::ptrdiff_t>(shape.inputs));
        }
        const std::vector<float> alone = After(lstm, own, 1);
        for (std::size_t i = 0; i < alone.size(); ++i)
          ASSERT_NEAR(alone[i], together[b * shape.outputs + i], 1e-6) << batch << " " << b;
      }
    }
  }
}

TEST(Lstm, GradientAndLossAreThoseOfPyTorch) {
  for (const Golden& golden : ReadGolden()) {
    const auto parameters = As<double>(golden.at("parameters"));
    std::vector<double> gradient(parameters.size());
    const double loss =
        LossAndGradient<double>(ShapeOf(golden), parameters, BatchOf<double>(golden), gradient);
    EXPECT_NEAR(loss, golden.at("loss")[0], 1e-6);
    ExpectNear(gradient, golden.at("gradient"), 1e-6, "gradient");
    const auto single = As<float>(golden.at("parameters"));
    std::vector<float> rough(single.size());
    LossAndGradient<float>(ShapeOf(golden), single, BatchOf<float>(golden), rough);
    ExpectNear(rough, golden.at("gradient"), 1e-5, "gradient in float");
  }
}

TEST(Lstm, AStepOfAdamIsThatOfPyTorch) {
  for (const Golden& golden : ReadGolden()) {
    auto parameters = As<float>(golden.at("parameters"));
    Adam adam(parameters.size(), {.learning_rate = 0.01});
    std::vector<float> gradient(parameters.size());
    for (int step = 0; step < 2; ++step) {
      LossAndGradient<float>(ShapeOf(golden), parameters, BatchOf<float>(golden), gradient);
      ClipGradient(gradient, 0.5);
      adam.Step(gradient, parameters);
    }
    // Adam divides by the gradient's own size, so float noise of gradients near 0 shows.
    ExpectNear(parameters, golden.at("after_two_steps"), 2e-4, "parameters");
  }
}

SequenceBatch<double> RandomBatch(const LstmShape& shape, std::size_t ticks, std::size_t size) {
  base::Random random(3);
  SequenceBatch<double> batch{.ticks = ticks, .size = size, .x = {}, .target = {}, .weight = {}};
  for (std::size_t i = 0; i < ticks * size * shape.inputs; ++i)
    batch.x.push_back(4 * random.NextUnit() - 2);
  for (std::size_t i = 0; i < ticks * size * shape.outputs; ++i) {
    batch.target.push_back(2 * random.NextUnit() - 1);
    batch.weight.push_back(random.NextBelow(4) == 0 ? 0 : random.NextUnit());
  }
  return batch;
}

// Central differences: the error is O(h²) of the third derivative plus rounding / h, below 1e-8 at h = 1e-5.
TEST(LossAndGradient, IsTheDerivativeOfTheLoss) {
  for (const LstmShape& shape : {LstmShape{3, 4, 1, 2}, LstmShape{2, 5, 2, 3}}) {
    base::Random random(5);
    std::vector<double> parameters(shape.ParameterCount());
    for (double& one : parameters) one = random.NextUnit() - 0.5;
    const SequenceBatch<double> batch = RandomBatch(shape, 6, 3);
    std::vector<double> gradient(parameters.size());
    LossAndGradient<double>(shape, parameters, batch, gradient);
    constexpr double kStep = 1e-5;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const double at = parameters[i];
      parameters[i] = at + kStep;
      const double above = LossAndGradient<double>(shape, parameters, batch, {});
      parameters[i] = at - kStep;
      const double below = LossAndGradient<double>(shape, parameters, batch, {});
      parameters[i] = at;
      ASSERT_NEAR(gradient[i], (above - below) / (2 * kStep), 1e-8) << i;
    }
  }
}

TEST(LossAndGradient, WithoutWeightThereIsNothingToLearn) {
  const LstmShape shape{3, 4, 1, 2};
  SequenceBatch<double> batch = RandomBatch(shape, 4, 2);
  std::fill(batch.weight.begin(), batch.weight.end(), 0.0);
  const std::vector<double> parameters(shape.ParameterCount(), 0.1);
  std::vector<double> gradient(parameters.size(), 7);
  EXPECT_EQ(LossAndGradient<double>(shape, parameters, batch, gradient), 0);
  for (const double one : gradient) EXPECT_EQ(one, 0);
}

// tanh and the logistic function through a network that shows them: one cell, the other gates wide open.
TEST(Lstm, TheActivationsKeepTheirBound) {
  double worst = 0;
  for (double x = -20; x <= 20; x += 0.01) {
    // h = σ(x) · tanh(c), c = σ(40) · tanh(40) = 1: the out gate alone moves.
    const LstmShape shape{1, 1, 1, 1};
    const float open = 40;
    const Lstm lstm(shape, {0, 0, 0, 1, 0, 0, 0, 0, open, 0, open, 0, 1, 0});
    const std::vector<float> y = After(lstm, std::vector<float>{static_cast<float>(x)}, 1);
    const double logistic = 1 / (1 + std::exp(-static_cast<double>(static_cast<float>(x))));
    worst = std::max(worst, std::abs(y[0] - logistic * std::tanh(1.0)));
  }
  EXPECT_LT(worst, 3e-7);
}

TEST(Lstm, LargeInputsGiveFiniteOutputs) {
  base::Random random(2);
  const LstmShape shape{4, 8, 2, 3};
  std::vector<float> parameters(shape.ParameterCount());
  for (float& one : parameters) one = static_cast<float>(4 * random.NextUnit() - 2);
  const Lstm lstm(shape, parameters);
  std::vector<float> state(lstm.StateSize(1)), scratch, y(3);
  for (const float x : {1e30F, -1e30F, 0.0F}) {
    for (int tick = 0; tick < 50; ++tick)
      lstm.Advance(std::vector<float>(4, x), 1, state, scratch, y);
    for (const float one : y) EXPECT_TRUE(std::isfinite(one)) << x;
  }
}

TEST(LstmShape, OnlySensibleOnesAreValid) {
  EXPECT_TRUE((LstmShape{1, 1, 1, 1}.IsValid()));
  EXPECT_TRUE((LstmShape{256, 256, 2, 256}.IsValid()));
  for (const LstmShape& shape :
       {LstmShape{0, 1, 1, 1}, LstmShape{1, 0, 1, 1}, LstmShape{1, 1, 0, 1}, LstmShape{1, 1, 1, 0},
        LstmShape{257, 1, 1, 1}, LstmShape{1, 257, 1, 1}, LstmShape{1, 1, 3, 1}})
    EXPECT_FALSE(shape.IsValid());
}

// A wave that no value alone foretells: the network has to remember.
std::vector<SequenceBatch<float>> Waves(std::size_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<SequenceBatch<float>> waves;
  for (std::size_t i = 0; i < count; ++i) {
    SequenceBatch<float> wave{.ticks = 24, .size = 1, .x = {}, .target = {}, .weight = {}};
    const double phase = 6.28 * random.NextUnit();
    for (std::size_t tick = 0; tick < wave.ticks; ++tick) {
      wave.x.push_back(static_cast<float>(std::sin(phase + 0.7 * static_cast<double>(tick))));
      wave.target.push_back(
          static_cast<float>(std::sin(phase + 0.7 * static_cast<double>(tick + 1))));
      wave.weight.push_back(tick < 4 ? 0 : 1);
    }
    waves.push_back(std::move(wave));
  }
  return waves;
}

TEST(TrainLstm, LearnsAWaveAndGivesTheSameBytesTwice) {
  const LstmShape shape{1, 8, 1, 1};
  const auto train = Waves(48, 1), held = Waves(16, 2);
  LstmTrainOptions options;
  options.most_epochs = 60;
  options.adam.learning_rate = 0.02;
  const TrainedLstm first = TrainLstm(shape, train, held, options);
  EXPECT_LT(first.loss, 0.02);  // the waves' variance is 0.5
  EXPECT_EQ(first.parameters, TrainLstm(shape, train, held, options).parameters);
  options.seed = 8;
  EXPECT_NE(first.parameters, TrainLstm(shape, train, held, options).parameters);
}

TEST(TrainLstm, StopsWhenWhatIsHeldApartGetsNoBetter) {
  const LstmShape shape{1, 4, 1, 1};
  base::Random random(4);
  auto noise = Waves(8, 1);
  for (auto& one : noise)
    for (float& target : one.target) target = static_cast<float>(2 * random.NextUnit() - 1);
  auto held = Waves(8, 3);
  for (auto& one : held) std::fill(one.target.begin(), one.target.end(), 0.0F);
  LstmTrainOptions options;
  options.patience = 3;
  // A new network forecasts 0, which is right here: nothing that noise teaches is better.
  const TrainedLstm trained = TrainLstm(shape, noise, held, options);
  EXPECT_LT(trained.epochs, 10U);
  EXPECT_LT(trained.loss, 0.1);
}

TEST(ClipGradient, KeepsTheDirection) {
  std::vector<float> gradient = {3, 4};
  ClipGradient(gradient, 10);
  EXPECT_EQ(gradient, (std::vector<float>{3, 4}));
  ClipGradient(gradient, 1);
  EXPECT_NEAR(gradient[0], 0.6, 1e-6);
  EXPECT_NEAR(gradient[1], 0.8, 1e-6);
}

}  // namespace
}  // namespace distdiag::detect

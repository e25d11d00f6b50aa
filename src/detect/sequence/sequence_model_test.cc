#include "detect/sequence/sequence_model.h"

#include "base/base64.h"

#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

using testing::HasSubstr;

domain::MetricId Metric(std::string_view name) { return domain::FindMetric(name).value(); }

SequenceModel Small() {
  SequenceModel model;
  model.manifest.cases = {{"A1 \"quoted\"", "abc"}, {"B2", "def"}};
  model.manifest.parameters = {{"ticks", "30"}};
  model.manifest.scores = {{"clients.network", 0.123456789},
                           {"clients.level", std::numeric_limits<double>::quiet_NaN()}};
  model.manifest.seed = 7;
  const LstmShape shape{2, 3, 1, 2};
  std::vector<float> weights(shape.ParameterCount());
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = 0.1F * static_cast<float>(i) - 1.17549435e-38F;
  model.groups.push_back(
      {"clients", {Metric("c_tps"), Metric("c_p95_ms")}, Lstm(shape, std::move(weights))});
  return model;
}

TEST(SequenceModel, SaveLoadSaveIsByteEqual) {
  base::MemoryFileSystem files;
  const SequenceModel model = Small();
  ASSERT_TRUE(SaveSequenceModel(files, "s.json", model).ok());
  const auto loaded = LoadSequenceModel(files, "s.json");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
  EXPECT_EQ(WriteSequenceModel(*loaded), WriteSequenceModel(model));
  ASSERT_EQ(loaded->groups.size(), 1U);
  EXPECT_EQ(loaded->groups[0].network.parameters(), model.groups[0].network.parameters());
  EXPECT_EQ(loaded->groups[0].network.shape(), model.groups[0].network.shape());
  EXPECT_EQ(loaded->groups[0].metrics, model.groups[0].metrics);
  EXPECT_EQ(loaded->manifest.cases, model.manifest.cases);
  EXPECT_EQ(loaded->manifest.scores,
            (std::map<std::string, double>{{"clients.network", 0.123457}}));
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

struct Row {
  std::string name;
  std::string text;
  base::StatusCode code;
  std::string expected;
};

TEST(SequenceModel, BadFilesGiveOneLineWithFileExpectedAndFound) {
  const std::string good = WriteSequenceModel(Small());
  const std::size_t start = good.find("\"weights\":\"") + 11;
  const std::string weights = good.substr(start, good.find('"', start) - start);
  std::string bytes = base::DecodeBase64(weights).value();
  const std::string huge = std::string(bytes).replace(8, 4, std::string("\0\0\0\x4a", 4));  // 2^21
  bytes[10] = '\xff';  // the third weight
  bytes[11] = '\x7f';
  using enum base::StatusCode;
  const std::vector<Row> rows = {
      {"empty", "", kDataLoss, "expected JSON"},
      {"truncated", good.substr(0, good.size() / 2), kDataLoss, "expected JSON"},
      {"list", "[1]", kDataLoss, "s.json: expected a JSON object"},
      {"other JSON", "{\"a\": 1}", kDataLoss,
       "format \"distdiag-sequence-model\" expected, other JSON found"},
      {"another model", Replaced(good, "distdiag-sequence-model", "distdiag-model"), kDataLoss,
       "\"distdiag-model\" found"},
      {"version", Replaced(good, "\"format_version\": 1", "\"format_version\": 9"),
       kFailedPrecondition, "version 1 expected, 9 found"},
      {"metric", Replaced(good, "\"c_tps\"", "\"c_smell\""), kDataLoss, "found \"c_smell\""},
      {"metric twice", Replaced(good, "\"c_tps\"", "\"c_p95_ms\""), kDataLoss,
       "expected each metric once, found \"c_p95_ms\" again"},
      {"no metric", Replaced(good, "\"c_tps\",\"c_p95_ms\"", ""), kDataLoss, "found 0 metrics"},
      {"hidden", Replaced(good, "\"hidden\":3", "\"hidden\":-3"), kDataLoss, "hidden -3"},
      {"huge", Replaced(good, "\"hidden\":3", "\"hidden\":300000000"), kDataLoss,
       "hidden 300000000"},
      {"layers", Replaced(good, "\"layers\":1", "\"layers\":3"), kDataLoss, "layers 3"},
      {"size", Replaced(good, "\"hidden\":3", "\"hidden\":4"), kDataLoss,
       "expected 122 weights, found 320 bytes"},
      {"no base64", Replaced(good, weights, "?" + weights.substr(1)), kDataLoss, "expected base64"},
      {"huge", Replaced(good, weights, base::EncodeBase64(huge)), kDataLoss,
       "found 2097152 at position 2"},
      {"infinite", Replaced(good, weights, base::EncodeBase64(bytes)), kDataLoss,
       "expected weights within ±1000000, found"},
      {"missing", Replaced(good, "\"seed\"", "\"sad\""), kDataLoss, "seed: expected an integer"},
  };
  for (const Row& row : rows) {
    const auto read = ReadSequenceModel(row.text, "s.json");
    ASSERT_FALSE(read.has_value()) << row.name;
    EXPECT_EQ(read.error().code(), row.code) << row.name;
    EXPECT_THAT(read.error().message(), HasSubstr(row.expected)) << row.name;
    EXPECT_THAT(read.error().message(), HasSubstr("s.json")) << row.name;
  }
}

}  // namespace
}  // namespace distdiag::detect

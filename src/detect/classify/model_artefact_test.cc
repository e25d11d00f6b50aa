#include "detect/classify/model_artefact.h"

#include "detect/classify/features.h"
#include "detect/classify/made_up_cases.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

using testing::HasSubstr;
using testing::Not;

ModelArtefact Small() {
  ModelArtefact artefact;
  artefact.manifest.feature_schema_hash = FeatureSchemaHash();
  artefact.manifest.cases = {{"A1 \"quoted\"", "abc"}, {"B2", "def"}};
  artefact.manifest.parameters = {{"eta", "0.15"}, {"max_depth", "3"}};
  artefact.manifest.scores = {{"ac1", 0.975}, {"delay_p50_s", 3.7}};
  artefact.manifest.seed = 7;
  const Tree tree{{1, -1, -1}, {2, -1, -1}, {0, 0, 0}, {0.1F, -1.17549435e-38F, 1e38F}, {1, 0, 0}};
  artefact.models.push_back(
      {domain::ProblemId::kCpu, {"cpu_other"}, TreeEnsemble({tree, tree}), {1.25F, -0.1F}});
  return artefact;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ModelArtefact, SaveLoadSaveIsByteEqual) {
  for (const ModelArtefact& artefact : {Small(), TrainedOnMadeUpCases()}) {
    base::MemoryFileSystem files;
    ASSERT_TRUE(SaveModel(files, "m.json", artefact).ok());
    const auto loaded = LoadModel(files, "m.json");
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
    EXPECT_EQ(WriteModel(*loaded), WriteModel(artefact));
    ASSERT_EQ(loaded->models.size(), artefact.models.size());
    for (std::size_t i = 0; i < artefact.models.size(); ++i) {
      EXPECT_EQ(loaded->models[i].trees.trees(), artefact.models[i].trees.trees());
    }
    EXPECT_EQ(loaded->manifest.cases, artefact.manifest.cases);
  }
}

struct Row {
  std::string name;
  std::string text;
  base::StatusCode code;
  std::string expected;
};

TEST(ModelArtefact, BadFilesGiveOneLineWithFileExpectedAndFound) {
  const std::string good = WriteModel(Small());
  const std::vector<Row> rows = {
      {"empty", "", base::StatusCode::kDataLoss, "JSON expected"},
      {"truncated", good.substr(0, good.size() / 2), base::StatusCode::kDataLoss, "JSON expected"},
      {"other JSON", "{\"a\": 1}", base::StatusCode::kDataLoss,
       "format \"distdiag-model\" expected"},
      {"list", "[1, 2]", base::StatusCode::kDataLoss, "m.json"},
      {"format version", Replaced(good, "\"format_version\": 1", "\"format_version\": 99"),
       base::StatusCode::kFailedPrecondition, "version 1 expected, 99 found"},
      {"schema", Replaced(good, FeatureSchemaHash(), std::string(64, '0')),
       base::StatusCode::kFailedPrecondition,
       FeatureSchemaHash() + " expected, " + std::string(64, '0') + " found"},
      {"problem", Replaced(good, "\"problem\": \"cpu\"", "\"problem\": \"gnome\""),
       base::StatusCode::kDataLoss, "\"gnome\" found"},
      {"feature", Replaced(good, "\"cpu_other\"", "\"cpu_smell\""), base::StatusCode::kDataLoss,
       "\"cpu_smell\" found"},
      {"circle", Replaced(good, "\"left\": [1,-1,-1]", "\"left\": [0,-1,-1]"),
       base::StatusCode::kDataLoss, "well-formed tree"},
      {"fraction as index", Replaced(good, "\"left\": [1,-1,-1]", "\"left\": [1.5,-1,-1]"),
       base::StatusCode::kDataLoss, "m.json"},
      {"too large for float", Replaced(good, "0.1,", "1e300,"), base::StatusCode::kDataLoss,
       "well-formed tree"},
      {"text as number", Replaced(good, "\"slope\": 1.25", "\"slope\": \"steep\""),
       base::StatusCode::kDataLoss, "m.json"},
      {"field missing", Replaced(good, "\"seed\"", "\"sead\""), base::StatusCode::kDataLoss,
       "m.json"},
  };
  for (const Row& row : rows) {
    const auto artefact = ReadModel(row.text, "m.json");
    ASSERT_FALSE(artefact.has_value()) << row.name;
    EXPECT_EQ(artefact.error().code(), row.code) << row.name << ": " << artefact.error().message();
    EXPECT_THAT(artefact.error().message(), HasSubstr(row.expected)) << row.name;
    EXPECT_THAT(artefact.error().message(), HasSubstr("m.json")) << row.name;
    EXPECT_THAT(artefact.error().message(), Not(HasSubstr("\n"))) << row.name;
  }
}

TEST(ModelArtefact, AMissingFileAndAFullDiskAreStatuses) {
  base::MemoryFileSystem files;
  EXPECT_FALSE(LoadModel(files, "nowhere.json").has_value());
  files.FailWrites(base::ResourceExhausted("disk full"));
  EXPECT_EQ(SaveModel(files, "m.json", Small()).code(), base::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace distdiag::detect

#include "store/drill_repository.h"

#include "store/drill_json.h"
#include "store/migrations.h"
#include "store/test_fixture.h"

#include <gtest/gtest.h>

#include <vector>

namespace distdiag::store {
namespace {

using base::StatusCode;

domain::Drill SampleDrill(const std::string& run = "quick-20261124T031205") {
  domain::Drill drill;
  drill.suite = "quick";
  drill.run = run;
  drill.cluster = "lab";
  drill.faults = {{.kind = "cpu", .node = "n2", .number = 2.5, .problem = domain::ProblemId::kCpu},
                  {.kind = "surge", .node = "", .number = 0, .problem = domain::ProblemId::kSurge}};
  drill.duration_s = 40;
  drill.created = At(0);
  return drill;
}

domain::Drill JudgedDrill() {
  domain::Drill drill = SampleDrill();
  drill.phase = domain::DrillPhase::kDone;
  drill.injected = At(3);
  drill.undone = At(43);
  drill.detected_s = 4.1;
  drill.right_first_s = 4.1;
  drill.rank_at_opening = 2;
  drill.rank = 1;
  drill.recall = 0.5;
  drill.diagnosed = {{.node = "n2", .problem = domain::ProblemId::kCpu, .probability = 0.93},
                     {.node = "", .problem = domain::ProblemId::kLock, .probability = 0.1}};
  drill.resolved_s = 12;
  drill.other_incidents = 1;
  drill.incident_id = 7;
  drill.passed = true;
  drill.message = "a \"word\"\n节点";
  return drill;
}

std::vector<std::int64_t> Ids(const base::Result<std::vector<domain::Drill>>& drills) {
  std::vector<std::int64_t> ids;
  if (!drills) return {-1};
  for (const domain::Drill& drill : *drills) ids.push_back(drill.id);
  return ids;
}

class DrillRepositoryTest : public StoreTest {
 protected:
  DrillRepository Drills() { return DrillRepository(*database_); }
};

TEST_F(DrillRepositoryTest, KeepsEverythingThroughPhasesAndReopening) {
  auto added = Drills().Add(SampleDrill());
  ASSERT_TRUE(added.has_value()) << added.error().message();
  EXPECT_EQ(added->id, 1);
  domain::Drill judged = JudgedDrill();
  judged.id = added->id;
  ASSERT_TRUE(Drills().Update(judged).ok());
  Open();
  const auto read = Drills().Get(1);
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(DrillToJson(*read), DrillToJson(judged));
  EXPECT_EQ(read->suite, judged.suite);
  EXPECT_EQ(read->run, judged.run);
  EXPECT_EQ(read->cluster, "lab");
  EXPECT_EQ(read->phase, domain::DrillPhase::kDone);
  EXPECT_EQ(read->created, At(0));
}

TEST_F(DrillRepositoryTest, ListsNewestFirstBySuiteRunAndPage) {
  domain::Drill single = SampleDrill("");
  single.suite = "";
  ASSERT_TRUE(Drills()
                  .Add(std::vector{SampleDrill("a"), SampleDrill("a"), SampleDrill("b"), single})
                  .has_value());
  EXPECT_EQ(Ids(Drills().List({})), (std::vector<std::int64_t>{4, 3, 2, 1}));
  EXPECT_EQ(Ids(Drills().List({.suite = "quick"})), (std::vector<std::int64_t>{3, 2, 1}));
  EXPECT_EQ(Ids(Drills().List({.run = "a"})), (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(Ids(Drills().List({.before_id = 4, .limit = 2})), (std::vector<std::int64_t>{3, 2}));
  EXPECT_EQ(Ids(Drills().List({.suite = "full"})), std::vector<std::int64_t>{});
}

TEST_F(DrillRepositoryTest, UnfinishedOnesAreFoundAfterACrash) {
  ASSERT_TRUE(Drills().Add(std::vector{SampleDrill(), JudgedDrill(), SampleDrill()}).has_value());
  EXPECT_EQ(Ids(Drills().Unfinished()), (std::vector<std::int64_t>{1, 3}));
}

TEST_F(DrillRepositoryTest, AnUnknownIdIsSaid) {
  domain::Drill drill = SampleDrill();
  drill.id = 9;
  EXPECT_EQ(Drills().Update(drill).code(), StatusCode::kNotFound);
  const auto read = Drills().Get(9);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message(), "there is no drill 9");
}

TEST_F(DrillRepositoryTest, AnOldFileGetsTheTableAndKeepsItsFacts) {
  const std::string path = folder_.File("old.db");
  {
    auto old = Connection::Open(path, Connection::Mode::kReadWrite, std::chrono::seconds(1));
    ASSERT_TRUE(old.has_value());
    ASSERT_TRUE(Migrate(**old, Migrations().first(1)).ok());
    ASSERT_TRUE((*old)
                    ->Execute("INSERT INTO incident (cluster, state, started_us, detected_us, "
                              "updated_us, body) VALUES ('lab', 'open', 1, 2, 3, '{}')")
                    .ok());
  }
  auto opened = Database::Open({.path = path});
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  DrillRepository drills(**opened);
  EXPECT_TRUE(drills.Add(SampleDrill()).has_value());
  const auto kept = (*opened)->Query<std::int64_t>(
      [](Connection& connection) { return connection.QueryInt("SELECT count(*) FROM incident"); });
  EXPECT_EQ(kept.value_or(-1), 1);
}

TEST(DrillJson, SaysWhatIsWrong) {
  const std::string good = DrillToJson(JudgedDrill());
  const struct {
    const char* name;
    std::string from;
    std::string to;
    const char* message;
  } rows[] = {
      {"no JSON", "{", "[", "drill"},
      {"problem", "\"problem\":\"cpu\"", "\"problem\":\"cpuu\"", "expected a known problem"},
      {"rank", "\"rank\":1", "\"rank\":1.5", "expected a count"},
      {"incident", "\"incident_id\":7", "\"incident_id\":-7", "expected an id"},
      {"flag", "\"passed\":true", "\"passed\":1", "passed: expected"},
  };
  for (const auto& row : rows) {
    std::string text = good;
    text.replace(text.find(row.from), row.from.size(), row.to);
    domain::Drill drill;
    const base::Status status = ReadDrillJson(text, drill);
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << row.name;
    EXPECT_NE(status.message().find(row.message), std::string::npos)
        << row.name << ": " << status.message();
  }
}

}  // namespace
}  // namespace distdiag::store

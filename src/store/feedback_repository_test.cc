#include "store/feedback_repository.h"

#include "store/incident_repository.h"
#include "store/test_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace distdiag::store {
namespace {

using base::StatusCode;
using domain::Feedback;
using domain::Judgement;
using testing::HasSubstr;
using enum Judgement;

class FeedbackRepositoryTest : public StoreTest {
 protected:
  std::int64_t AddIncident(const std::string& cluster = "lab") {
    IncidentRepository incidents(*database_);
    domain::Incident incident = SampleIncident();
    incident.cluster = cluster;
    std::int64_t id = 0;
    const base::Status status =
        database_->InTransaction([&](Transaction& transaction) -> base::Status {
          ASSIGN_OR_RETURN_STATUS(id, incidents.Insert(transaction, incident, Lab()));
          return base::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status.message();
    return id;
  }

  static Feedback Judge(std::int64_t incident, Judgement judgement, double seconds = 0) {
    Feedback feedback;
    feedback.incident_id = incident;
    feedback.time = At(seconds);
    feedback.judgement = judgement;
    feedback.author = "ann";
    feedback.said = domain::SaidPair{.node = "n2", .problem = domain::ProblemId::kCpu};
    if (judgement == kWrongNode) feedback.right_node = "n3";
    if (judgement == kWrongProblem) feedback.right_problem = domain::ProblemId::kIo;
    return feedback;
  }

  base::Status Execute(const char* sql) {
    return database_->InTransaction(
        [&](Transaction& transaction) { return transaction.connection().Execute(sql); });
  }
};

TEST_F(FeedbackRepositoryTest, EveryJudgementReadsBackAsItWasGiven) {
  const std::int64_t id = AddIncident();
  std::vector<Feedback> given;
  for (const Judgement judgement :
       {kConfirmed, kWrongNode, kWrongProblem, kNotAnIncident, kWithdrawn}) {
    given.push_back(Judge(id, judgement, 60.0 * static_cast<double>(given.size())));
  }
  given[0].comment = "备份任务\n\"nightly\"";
  given[1].said->node.reset();  // of the whole cluster
  given[3].said.reset();
  for (Feedback& feedback : given) {
    const auto stored = FeedbackRepository(*database_).Add(feedback);
    ASSERT_TRUE(stored.has_value()) << stored.error().message();
    feedback.version = stored->version;
  }
  EXPECT_EQ(given.back().version, 5);
  Open();
  const auto listed = FeedbackRepository(*database_).List(id);
  ASSERT_TRUE(listed.has_value()) << listed.error().message();
  EXPECT_EQ(*listed, given);
  EXPECT_TRUE(FeedbackRepository(*database_).List(id + 1)->empty());
}

TEST_F(FeedbackRepositoryTest, AnUnknownIncidentIsNotJudged) {
  const auto lost = FeedbackRepository(*database_).Add(Judge(99, kConfirmed));
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().code(), StatusCode::kNotFound);
  EXPECT_EQ(lost.error().message(), "there is no incident 99");
}

TEST_F(FeedbackRepositoryTest, OnlyWhatStandsCanBeTakenBack) {
  FeedbackRepository repository(*database_);
  const std::int64_t id = AddIncident();
  const auto refused = [&] {
    const auto result = repository.Add(Judge(id, kWithdrawn));
    return !result && result.error().code() == StatusCode::kFailedPrecondition;
  };
  EXPECT_TRUE(refused()) << "nothing was judged";
  ASSERT_TRUE(repository.Add(Judge(id, kConfirmed)));
  ASSERT_TRUE(repository.Add(Judge(id, kWithdrawn)));
  EXPECT_TRUE(refused()) << "taken back already";
  EXPECT_EQ(repository.List(id)->size(), 2U);
  EXPECT_EQ(repository.Add(Judge(id, kWrongNode))->version, 3);
}

TEST_F(FeedbackRepositoryTest, AWrittenJudgementIsNeverChangedNorDropped) {
  FeedbackRepository repository(*database_);
  const std::int64_t id = AddIncident();
  ASSERT_TRUE(repository.Add(Judge(id, kConfirmed)));
  const char* const attempts[] = {
      "UPDATE feedback SET judgement = 'not_an_incident'",
      "UPDATE feedback SET comment = ''",
      "DELETE FROM feedback",
      "INSERT OR REPLACE INTO feedback (incident_id, version, time_us, judgement, author, comment) "
      "VALUES (1, 1, 0, 'not_an_incident', 'eve', '')",
      "INSERT INTO feedback (incident_id, version, time_us, judgement, author, comment) "
      "VALUES (1, 7, 0, 'not_an_incident', 'eve', '')",
  };
  for (const char* attempt : attempts)
    EXPECT_THAT(Execute(attempt).message(), HasSubstr("never rewritten")) << attempt;
  ASSERT_EQ(repository.List(id)->size(), 1U);
  EXPECT_EQ(repository.List(id)->front().judgement, kConfirmed);
}

// Any sequence over several incidents: what SQL says that stands is what the history folds to, and the meter is its sum.
TEST_F(FeedbackRepositoryTest, WhatStandsIsWhatTheHistoryFoldsTo) {
  FeedbackRepository repository(*database_);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(AddIncident());
  std::mt19937 random(7);
  constexpr Judgement kAll[] = {kConfirmed, kWrongNode, kWrongProblem, kNotAnIncident, kWithdrawn};
  for (int step = 0; step < 60; ++step) {
    const auto added =
        repository.Add(Judge(ids[random() % ids.size()], kAll[random() % std::size(kAll)], step));
    if (!added) {
      ASSERT_EQ(added.error().code(), StatusCode::kFailedPrecondition);
    }
    std::map<std::int64_t, Judgement> folded;
    domain::FeedbackMeter meter;
    for (const std::int64_t id : ids) {
      const auto history = repository.List(id).value();
      if (const Feedback* current = domain::CurrentFeedback(history)) {
        folded.emplace(id, current->judgement);
        meter.Add(current->judgement);
      }
    }
    ASSERT_EQ(repository.Current(ids).value(), folded) << "step " << step;
    ASSERT_EQ(repository.Count("lab").value(), meter) << "step " << step;
  }
}

TEST_F(FeedbackRepositoryTest, AnotherClusterIsNotCounted) {
  FeedbackRepository repository(*database_);
  ASSERT_TRUE(repository.Add(Judge(AddIncident("lab"), kConfirmed)));
  ASSERT_TRUE(repository.Add(Judge(AddIncident("shop"), kWrongNode)));
  EXPECT_EQ(repository.Count("lab").value(), domain::FeedbackMeter{.confirmed = 1});
  EXPECT_EQ(repository.Count("shop").value(), domain::FeedbackMeter{.wrong_node = 1});
  EXPECT_EQ(repository.Count("none").value().judged(), 0);
}

}  // namespace
}  // namespace distdiag::store

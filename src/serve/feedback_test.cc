// /api/v1/incidents/{id}/feedback and all that shows it.
#include "serve/test_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace distdiag::serve {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

class FeedbackTest : public testing::Test, protected ServeWorld {
 protected:
  void SetUp() override {
    FillFeed();
    FillStore();
  }

  Response Ask(const std::string& target) {
    Request request;
    request.host = "localhost";
    request.target = target;
    return dispatcher_.Handle(request);
  }
  json::object Read(const std::string& target) {
    return json::parse(*Ask(target).body).as_object();
  }
  Response Judge(const std::string& body, const std::string& incident = "1") {
    const std::string target = "/api/v1/incidents/" + incident + "/feedback";
    Request request;
    request.method = Method::kPost;
    request.target = target;
    request.host = "localhost";
    request.content_type = "application/json";
    request.csrf_token = "0123456789abcdef";
    request.body = body;
    return dispatcher_.Handle(request);
  }
  // Of ann; `rest` as ,"key":value.
  Response JudgeFirst(const std::string& judgement, const std::string& rest = "") {
    return Judge(R"({"author":"ann","judgement":")" + judgement + "\"" + rest + "}");
  }
  json::value MarkInList() {
    return Read("/api/v1/incidents").at("incidents").at(0).at("judgement");
  }
  std::int64_t Counted(const char* key) {
    return Read("/api/v1/status").at("feedback").at(key).as_int64();
  }
  void AddIncident(const std::string& cluster, domain::Verdict verdict) {
    domain::Incident incident = SampleIncident();
    incident.cluster = cluster;
    incident.verdict = std::move(verdict);
    incident.history.clear();
    const base::Status stored =
        database_->InTransaction([&](store::Transaction& transaction) -> base::Status {
          ASSIGN_OR_RETURN_STATUS(const std::int64_t id,
                                  incidents_->Insert(transaction, incident, Lab()));
          static_cast<void>(id);
          return base::OkStatus();
        });
    ASSERT_TRUE(stored.ok()) << stored.message();
  }

  Dispatcher dispatcher_{{.web_dir = "web", .new_csrf_token = &FixedCsrfToken}, Deps()};
};

TEST_F(FeedbackTest, AJudgementIsSeenAtOnceEverywhere) {
  EXPECT_TRUE(MarkInList().is_null());
  EXPECT_TRUE(Read("/api/v1/incidents/1").at("feedback").at("current").is_null());
  EXPECT_EQ(Counted("judged"), 0);
  const json::object none = Read("/api/v1/status").at("feedback").as_object();
  EXPECT_TRUE(none.at("precision").is_null() && none.at("precision_low").is_null());

  ASSERT_EQ(JudgeFirst("wrong_node", R"(,"right_node":"n3","comment":"its disk")").status, 201);
  const json::object incident = Read("/api/v1/incidents/1");
  EXPECT_EQ(incident.at("summary").at("judgement"), "wrong_node");
  const json::value& current = incident.at("feedback").at("current");
  EXPECT_EQ(current.at("author"), "ann");
  EXPECT_EQ(current.at("comment"), "its disk");
  EXPECT_EQ(current.at("right_node"), "n3");
  EXPECT_EQ(current.at("time").as_string(), base::ToRfc3339(clock_.Now()));
  EXPECT_EQ(current.at("said").at("target").at("node"), "n2");
  EXPECT_EQ(current.at("said").at("problem"), "cpu");
  EXPECT_EQ(MarkInList(), "wrong_node");
  EXPECT_EQ(Counted("wrong_node"), 1);

  ASSERT_EQ(JudgeFirst("confirmed").status, 201);
  EXPECT_EQ(MarkInList(), "confirmed");
  EXPECT_EQ(Counted("judged"), 1);
  EXPECT_EQ(Counted("confirmed"), 1);
  EXPECT_EQ(Read("/api/v1/status").at("feedback").at("precision").to_number<double>(), 1);

  ASSERT_EQ(JudgeFirst("withdrawn").status, 201);
  EXPECT_TRUE(MarkInList().is_null());
  EXPECT_EQ(Counted("judged"), 0);
  const json::value after = Read("/api/v1/incidents/1").at("feedback");
  EXPECT_TRUE(after.at("current").is_null());
  EXPECT_EQ(after.at("history").as_array().size(), 3U);
  EXPECT_EQ(after.at("history").at(0).at("version"), 1);
  EXPECT_EQ(after.at("history").at(2).at("judgement"), "withdrawn");
}

TEST_F(FeedbackTest, JudgementsAreCountedOnMetrics) {
  ASSERT_EQ(JudgeFirst("confirmed").status, 201);
  ASSERT_EQ(JudgeFirst("confirmed").status, 201);
  ASSERT_EQ(JudgeFirst("withdrawn").status, 201);
  ASSERT_EQ(JudgeFirst("withdrawn").status, 409);
  const std::string metrics = *Ask("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("distdiag_feedback_total{judgement=\"confirmed\"} 2\n"));
  EXPECT_THAT(metrics, HasSubstr("distdiag_feedback_total{judgement=\"withdrawn\"} 1\n"));
}

TEST_F(FeedbackTest, SaysWhatIsWrongAndKeepsNothing) {
  AddIncident("lab", {});  // 2: it names no cause
  const struct {
    const char* name;
    const char* incident;
    const char* rest;
    int status;
    const char* detail;
  } rows[] = {
      {"unknown incident", "99", R"("judgement":"confirmed")", 404, "there is no incident 99"},
      {"no number", "x", R"("judgement":"confirmed")", 404, "there is no incident"},
      {"unknown node", "1", R"("judgement":"wrong_node","right_node":"n9")", 400,
       "expected one of n1, n2, n3, found"},
      {"the node that it named", "1", R"("judgement":"wrong_node","right_node":"n2")", 400,
       "expected another node than the incident named"},
      {"no node", "1", R"("judgement":"wrong_node")", 400, "right_node: expected the node"},
      {"unknown problem", "1", R"("judgement":"wrong_problem","right_problem":"x")", 400,
       "right_problem: expected the name of a problem"},
      {"the problem that it named", "1", R"("judgement":"wrong_problem","right_problem":"cpu")",
       400, "expected another problem than the incident named"},
      {"nothing to take back", "1", R"("judgement":"withdrawn")", 409, "none stands"},
      {"nothing was said", "2", R"("judgement":"confirmed")", 409, "names no cause"},
      {"it says something else by now", "1",
       R"("judgement":"confirmed","said":{"target":{"scope":"node","node":"n1"},"problem":"io"})",
       409, "expected what the incident says now, cpu on n2; found io on n1"},
  };
  for (const auto& row : rows) {
    const Response response =
        Judge(std::string(R"({"author":"ann",)") + row.rest + "}", row.incident);
    EXPECT_EQ(response.status, row.status) << row.name << ": " << *response.body;
    EXPECT_THAT(std::string(json::parse(*response.body).at("detail").as_string()),
                HasSubstr(row.detail))
        << row.name;
  }
  EXPECT_EQ(Judge(R"({"judgement":"confirmed"})").status, 400) << "no author";
  EXPECT_TRUE(feedback_->List(1)->empty());
  EXPECT_TRUE(feedback_->List(2)->empty());
  EXPECT_EQ(Judge(R"({"author":"ann","judgement":"not_an_incident"})", "2").status, 201);
}

TEST_F(FeedbackTest, WhatTheJudgeSawIsAcceptedWhileItStands) {
  const std::string said = json::serialize(Read("/api/v1/incidents/1").at("feedback").at("said"));
  EXPECT_EQ(JudgeFirst("confirmed", ",\"said\":" + said).status, 201);
}

TEST_F(FeedbackTest, TheMeterIsOfTheWatchedClusterOnly) {
  AddIncident("shop", SampleVerdict());  // 2
  ASSERT_EQ(Judge(R"({"author":"ann","judgement":"confirmed"})", "2").status, 201);
  EXPECT_EQ(Counted("judged"), 0);
  ASSERT_EQ(JudgeFirst("not_an_incident").status, 201);
  EXPECT_EQ(Counted("judged"), 1);
  EXPECT_EQ(Counted("not_an_incident"), 1);
}

TEST_F(FeedbackTest, WithoutTheTokenNothingIsKept) {
  Request request;
  request.method = Method::kPost;
  request.target = "/api/v1/incidents/1/feedback";
  request.host = "localhost";
  request.content_type = "application/json";
  request.body = R"({"author":"ann","judgement":"confirmed"})";
  EXPECT_EQ(dispatcher_.Handle(request).status, 403);
  EXPECT_TRUE(feedback_->List(1)->empty());
}

}  // namespace
}  // namespace distdiag::serve

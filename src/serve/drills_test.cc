// /api/v1/faults and /api/v1/drills, with a fake control.
#include "serve/drill_body.h"
#include "serve/test_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::serve {
namespace {

using testing::HasSubstr;
using testing::Not;

class DrillsTest : public testing::Test, protected ServeWorld {
 protected:
  Response Get(std::string_view target) { return Handle(dispatcher_, Method::kGet, target, ""); }
  Response Post(std::string_view target, std::string_view body) {
    return Handle(dispatcher_, Method::kPost, target, body);
  }
  static Response Handle(const Dispatcher& dispatcher, Method method, std::string_view target,
                         std::string_view body) {
    Request request;
    request.method = method;
    request.target = target;
    request.host = "localhost:18000";
    request.content_type = "application/json";
    request.csrf_token = "0123456789abcdef";
    request.body = body;
    return dispatcher.Handle(request);
  }

  ServerOptions options_{.new_csrf_token = &FixedCsrfToken};
  Dispatcher dispatcher_{options_, DepsWithDrills()};
};

TEST_F(DrillsTest, WhereDrillsAreNotPossibleItIsSaidWhy) {
  const Dispatcher replay(options_, Deps());
  ASSERT_TRUE(drill_history_->Add(SampleDrill()).has_value());
  EXPECT_EQ(*Handle(replay, Method::kGet, "/api/v1/faults", "").body,
            R"({"enabled":false,"reason":"this cluster is a replay: start the lab","kinds":[],)"
            R"("targets":[],"suites":[]})");
  for (const char* target : {"/api/v1/drills", "/api/v1/drills/plan", "/api/v1/drills/1/cancel"}) {
    const Response response = Handle(replay, Method::kPost, target, R"({"suite":"quick"})");
    EXPECT_EQ(response.status, 409) << target;
    EXPECT_THAT(*response.body, HasSubstr("this cluster is a replay")) << target;
  }
  EXPECT_EQ(Handle(replay, Method::kGet, "/api/v1/drills", "").status, 200) << "the past is shown";
}

TEST_F(DrillsTest, StrengthsBecomeNumbers) {
  const struct {
    const char* fault;
    double number;
  } rows[] = {
      {R"({"kind":"cpu","node":"n2"})", 2},
      {R"({"kind":"cpu","node":"n2","strength":"low"})", 1},
      {R"({"kind":"cpu","node":"n2","strength":"high"})", 4},
      {R"({"kind":"cpu","node":"n2","number":3.5})", 3.5},
      {R"({"kind":"surge"})", 0},
  };
  for (const auto& row : rows) {
    const std::string body = std::string(R"({"faults":[)") + row.fault + R"(],"duration_s":30})";
    const Response response = Post("/api/v1/drills", body);
    EXPECT_EQ(response.status, 202) << *response.body;
    ASSERT_EQ(drills_.asked.faults.size(), 1U);
    EXPECT_EQ(drills_.asked.faults[0].number, row.number) << row.fault;
    EXPECT_EQ(drills_.asked.duration_s, 30);
  }
}

TEST_F(DrillsTest, WhatDoesNotFitIsRefusedWithWordsAndNothingIsAsked) {
  const struct {
    const char* body;
    int status;
    const char* detail;
  } rows[] = {
      {"", 400, "body: expected JSON"},
      {"[]", 400, "body: expected a JSON object"},
      {"{}", 400, "expected either suite or faults, found none"},
      {R"({"suite":"quick","faults":[{"kind":"surge"}]})", 400, "found both"},
      {R"({"suite":"none"})", 400, "suite: expected one of quick"},
      {R"({"suite":7})", 400, "suite: expected a name"},
      {R"({"suit":"quick"})", 400, "found \\\"suit\\\""},
      {R"({"faults":[]})", 400, "faults: expected a list of 1 to 8"},
      {R"({"faults":[7]})", 400, "faults: expected objects"},
      {R"({"faults":[{"node":"n1"}]})", 400, "expected \\\"kind\\\""},
      {R"({"faults":[{"kind":"cpux","node":"n1"}]})", 400, "kind: expected one of cpu, surge"},
      {R"({"faults":[{"kind":"cpu","node":"n9"}]})", 400, "node: expected one of n1, n2, n3"},
      {R"({"faults":[{"kind":"cpu"}]})", 400, "node: expected one of n1, n2, n3"},
      {R"({"faults":[{"kind":"surge","node":"n1"}]})", 400, "node: expected none"},
      {R"({"faults":[{"kind":"surge","number":3}]})", 400, "number: expected none"},
      {R"({"faults":[{"kind":"cpu","node":"n1","number":9}]})", 400,
       "number: expected 0.5 to 8 busy threads for cpu, found 9"},
      {R"({"faults":[{"kind":"cpu","node":"n1","number":"9"}]})", 400, "number: expected a number"},
      {R"({"faults":[{"kind":"cpu","node":"n1","strength":"huge"}]})", 400, "expected low, medium"},
      {R"({"faults":[{"kind":"cpu","node":"n1","strength":"low","number":1}]})", 400, "found both"},
      {R"({"faults":[{"kind":"cpu","node":"n1"},{"kind":"cpu","node":"n1"}]})", 400, "cpu twice"},
      {R"({"faults":[{"kind":"cpu","node":"n1","why":1}]})", 400, "found \\\"why\\\""},
      {R"({"faults":[{"kind":"fclock","node":"n1"}]})", 409, "the server has no such lock"},
      {R"({"suite":"quick","duration_s":4})", 400, "duration_s: expected 5 to 600"},
      {R"({"suite":"quick","duration_s":1e9})", 400, "duration_s: expected 5 to 600"},
  };
  for (const char* target : {"/api/v1/drills", "/api/v1/drills/plan"}) {
    for (const auto& row : rows) {
      const Response response = Post(target, row.body);
      EXPECT_EQ(response.status, row.status) << row.body << ": " << *response.body;
      EXPECT_THAT(*response.body, HasSubstr(row.detail)) << row.body;
    }
  }
  EXPECT_TRUE(drills_.asked.suite.empty() && drills_.asked.faults.empty());
}

TEST_F(DrillsTest, TheControlsRefusalIsPassedOn) {
  drills_.refusal = base::FailedPrecondition("drill 3 is running");
  const Response response = Post("/api/v1/drills", R"({"suite":"quick"})");
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(*response.body, HasSubstr("drill 3 is running"));
}

TEST_F(DrillsTest, ThePlanTellsEveryStep) {
  const Response response =
      Post("/api/v1/drills/plan", R"({"faults":[{"kind":"cpu","node":"n2"}]})");
  EXPECT_EQ(*response.body,
            R"({"faults":[{"kind":"cpu","target":{"scope":"node","node":"n2"},"number":2,)"
            R"("prepare":[],"start":["on n2: run stress-ng --cpu 2"],)"
            R"("stop":["on n2: end all of group f1"],"restore":[]}]})");
}

TEST_F(DrillsTest, OnesThatRunAreToldAsTheyNowAre) {
  auto stored = drill_history_->Add(SampleDrill(domain::DrillPhase::kWaiting));
  ASSERT_TRUE(stored.has_value());
  stored->phase = domain::DrillPhase::kActive;
  stored->detected_s = 3.5;
  drills_.current = {*stored};
  for (const char* target :
       {"/api/v1/drills", "/api/v1/drills/1", "/api/v1/drills/export?format=json"}) {
    EXPECT_THAT(*Get(target).body, HasSubstr("\"phase\":\"active\"")) << target;
    EXPECT_THAT(*Get(target).body, HasSubstr("\"detected_s\":3.5")) << target;
  }
}

TEST_F(DrillsTest, AreListedInPagesByRunAndSuite) {
  domain::Drill other = SampleDrill();
  other.run = "full-1";
  other.suite = "full";
  ASSERT_TRUE(drill_history_->Add(std::vector{SampleDrill(), SampleDrill(), other}).has_value());
  EXPECT_THAT(*Get("/api/v1/drills?limit=2").body, HasSubstr("\"next_before_id\":2"));
  EXPECT_THAT(*Get("/api/v1/drills?limit=2&before_id=2").body,
              HasSubstr("\"next_before_id\":null"));
  EXPECT_THAT(*Get("/api/v1/drills?suite=full").body, Not(HasSubstr("quick")));
  EXPECT_THAT(*Get("/api/v1/drills?run=full-1").body, Not(HasSubstr("quick")));
  EXPECT_THAT(*Get("/api/v1/drills?sute=full").body, HasSubstr("expected only suite, run"));
}

TEST_F(DrillsTest, CancelUndoesTheRunningOneOnly) {
  ASSERT_TRUE(
      drill_history_->Add(std::vector{SampleDrill(), SampleDrill(domain::DrillPhase::kActive)})
          .has_value());
  EXPECT_EQ(Post("/api/v1/drills/2/cancel", "{}").status, 202);
  EXPECT_THAT(drills_.cancelled, testing::ElementsAre(2));
  const Response over = Post("/api/v1/drills/1/cancel", "{}");
  EXPECT_EQ(over.status, 409);
  EXPECT_THAT(*over.body, HasSubstr("drill 1 is over (done)"));
  EXPECT_EQ(Post("/api/v1/drills/9/cancel", "{}").status, 404);
  EXPECT_EQ(Post("/api/v1/drills/x/cancel", "{}").status, 404);
  EXPECT_EQ(drills_.cancelled.size(), 1U);
  EXPECT_EQ(Get("/api/v1/drills/2/cancel").status, 405);
}

TEST_F(DrillsTest, TheScorecardComesAsJsonAndMarkdown) {
  ASSERT_TRUE(drill_history_->Add(SampleDrill()).has_value());
  EXPECT_THAT(*Get("/api/v1/drills/export").body,
              HasSubstr(R"({"totals":{"judged":1,"passed":1,"missed":0,"never_right":1)"));
  const Response text = Get("/api/v1/drills/export?format=md&run=quick-20261124T031205");
  EXPECT_EQ(text.content_type, "text/markdown; charset=utf-8");
  EXPECT_THAT(*text.body, HasSubstr("1 of 1 passed, found in 4.1 s"));
  EXPECT_EQ(Get("/api/v1/drills/export?run=none").status, 404);
  EXPECT_EQ(Get("/api/v1/drills/export?format=xml").status, 400);
}

TEST_F(DrillsTest, AnEventTellsTheDrill) {
  const auto listener = std::move(feed_.hub().Subscribe("", [] {})).value();
  feed_.PublishDrill(
      std::make_shared<const domain::Drill>(SampleDrill(domain::DrillPhase::kActive)));
  const auto frames = listener->Take();
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_THAT(*frames[0], HasSubstr("event: drill\ndata: {\"id\":0,"));
}

}  // namespace
}  // namespace distdiag::serve

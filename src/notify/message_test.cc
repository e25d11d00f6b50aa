#include "notify/message.h"

#include "notify/test_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace distdiag::notify {
namespace {

using domain::IncidentChange;
using testing::HasSubstr;
using testing::Not;

const MessageOptions kOptions{.ui_base_url = "http://localhost:13000/"};

TEST(MessageTest, SaysClusterNodeProblemProbabilitySinceEvidenceAndLink) {
  const Message message = RenderMessage(SampleEvent(IncidentChange::kOpened), Lab(), kOptions);
  EXPECT_EQ(message.title, "lab: n2: CPU saturated (94 %)");
  EXPECT_EQ(
      message.text_en,
      "[lab] New incident: n2: CPU saturated\n"
      "n2: CPU saturated, probability 94 %\n"
      "Since 2026-11-24T03:12:00.000Z, found 2026-11-24T03:12:05.000Z\n"
      "- CPU used by other processes at 0.491 cores, expected 0.03 to 0.15 cores, since 03:12:05\n"
      "http://localhost:13000/incidents/7");
  EXPECT_THAT(message.text_zh, HasSubstr("n2：CPU 饱和，概率 94 %"));
  EXPECT_THAT(message.text_zh, HasSubstr("http://localhost:13000/incidents/7"));
}

TEST(MessageTest, TheEndIsToldWithoutOldEvidence) {
  const Message message = RenderMessage(SampleEvent(IncidentChange::kResolved), Lab(), kOptions);
  EXPECT_EQ(message.title, "lab: n2: CPU saturated (resolved)");
  EXPECT_THAT(message.text_en, HasSubstr("Resolved: n2: CPU saturated"));
  EXPECT_THAT(message.text_en, HasSubstr("over 2026-11-24T03:13:05.000Z"));
  EXPECT_THAT(message.text_en, Not(HasSubstr("probability")));
  EXPECT_THAT(message.text_en, Not(HasSubstr("expected")));
}

TEST(MessageTest, NothingIsCertain) {
  domain::IncidentEvent event = SampleEvent(IncidentChange::kOpened);
  event.incident.verdict.ranking[0].probability = 0.9999;
  EXPECT_THAT(RenderMessage(event, Lab(), kOptions).text_en, HasSubstr("probability > 99 %"));
}

TEST(MessageTest, TheStatementThatExplainsMostOfTheChangeIsTold) {
  domain::StatementEvidence statements;
  domain::StatementChange change;
  change.node = domain::NodeIndex(1);
  change.now.text = "UPDATE stock SET s_quantity = ?";
  change.now.main_wait = "row lock wait";
  change.share = 0.58;
  change.plan_changed = true;
  statements.changes = {change};
  const auto told = [&](IncidentChange what) {
    return RenderMessage(SampleEvent(what), Lab(), kOptions, statements);
  };
  EXPECT_THAT(told(IncidentChange::kOpened).text_en,
              HasSubstr("- 58 % of the change in statement time on n2: UPDATE stock SET "
                        "s_quantity = ?, another plan than before, waits: row lock wait\n"));
  EXPECT_THAT(told(IncidentChange::kOpened).text_zh, HasSubstr("n2 语句耗时变化的 58 % 来自："));
  EXPECT_THAT(told(IncidentChange::kResolved).text_en, Not(HasSubstr("UPDATE")));
  statements.changes[0].share = 0.29;
  EXPECT_THAT(told(IncidentChange::kOpened).text_en, Not(HasSubstr("UPDATE"))) << "too little";
  statements.changes[0].share = -0.9;
  EXPECT_THAT(told(IncidentChange::kOpened).text_en, Not(HasSubstr("UPDATE")))
      << "what runs less explains nothing in one line";
}

TEST(MessageTest, PayloadIsOneJsonObjectWithAllOfIt) {
  const Message message = RenderMessage(SampleEvent(IncidentChange::kOpened), Lab(), kOptions);
  const boost::json::object payload = boost::json::parse(message.payload_json).as_object();
  EXPECT_EQ(payload.at("format").as_int64(), 1);
  EXPECT_EQ(payload.at("text").as_string(), message.text_en);
  EXPECT_EQ(payload.at("event").as_string(), "opened");
  EXPECT_EQ(payload.at("incident_id").as_int64(), 7);
  EXPECT_TRUE(payload.at("resolved").is_null());
  EXPECT_EQ(payload.at("url").as_string(), "http://localhost:13000/incidents/7");
  const boost::json::array& causes = payload.at("causes").as_array();
  ASSERT_EQ(causes.size(), 1U) << "only shown pairs";
  EXPECT_EQ(causes[0].at("node").as_string(), "n2");
  EXPECT_EQ(causes[0].at("problem").as_string(), "cpu");
  EXPECT_EQ(payload.at("evidence").at(0).at("metric").as_string(), "h_cpu_ext");
}

TEST(MessageTest, AVerdictThatIsUnsureOrOfTheClusterIsToldToo) {
  domain::IncidentEvent event = SampleEvent(IncidentChange::kOpened);
  event.incident.verdict.ranking[0].target.node = std::nullopt;
  event.incident.verdict.ranking[0].problem = domain::ProblemId::kSurge;
  Message message = RenderMessage(event, Lab(), kOptions);
  EXPECT_EQ(message.title, "lab: lab: Workload surge (94 %)");
  EXPECT_THAT(message.payload_json, HasSubstr(R"("scope":"cluster","node":null)"));

  event.incident.verdict.ranking.clear();
  message = RenderMessage(event, Lab(), kOptions);
  EXPECT_EQ(message.title, "lab: lab: Unknown trouble");
}

}  // namespace
}  // namespace distdiag::notify

#include "store/incident_json.h"

#include "store/test_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace distdiag::store {
namespace {

TEST(IncidentJsonTest, VerdictReadsBackToTheSameBytes) {
  const std::string written = VerdictToJson(SampleVerdict(), Lab());
  const auto read = VerdictFromJson(written, Lab());
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(VerdictToJson(*read, Lab()), written);
  EXPECT_EQ(read->ranking[0].evidence[0].evidence.observed, 0.1 + 0.2);
  EXPECT_EQ(read->ranking[1].target.node, std::nullopt);
  EXPECT_TRUE(std::isnan(read->stability));
}

TEST(IncidentJsonTest, NamesAreWrittenNotNumbers) {
  const std::string written = VerdictToJson(SampleVerdict(), Lab());
  for (const char* name : {R"("node":"n2")", R"("metric":"h_cpu_ext")", R"("problem":"cpu")",
                           R"("detector":"peer")"}) {
    EXPECT_NE(written.find(name), std::string::npos) << name << " in " << written;
  }
}

TEST(IncidentJsonTest, NodesKeepTheirNameWhenTheTopologyChangesOrder) {
  const domain::Topology other{.cluster = "lab", .nodes = {{"n3", ""}, {"n2", ""}, {"n9", ""}}};
  const auto read = VerdictFromJson(VerdictToJson(SampleVerdict(), Lab()), other);
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(domain::TargetName(read->ranking[0].target, other), "n2");
}

TEST(IncidentJsonTest, IncidentReadsBackToTheSameBytes) {
  domain::Incident incident = SampleIncident();
  for (const bool resolved : {false, true}) {
    if (resolved) {
      incident.state = domain::IncidentState::kResolved;
      incident.resolved = At(60);
    }
    const std::string written = IncidentToJson(incident, Lab());
    const auto read = IncidentFromJson(written);
    ASSERT_TRUE(read.has_value()) << read.error().message();
    EXPECT_EQ(IncidentToJson(read->incident, read->topology), written);
    EXPECT_EQ(read->incident.resolved, incident.resolved);
    EXPECT_EQ(read->topology.nodes.size(), 3U);
    ASSERT_EQ(read->incident.advice.size(), 1U);
    EXPECT_EQ(read->incident.advice[0].detector, domain::DetectorKind::kSequence);
  }
}

TEST(IncidentJsonTest, AnIncidentWrittenBeforeThereWasAdviceIsRead) {
  domain::Incident incident = SampleIncident();
  incident.advice.clear();
  std::string written = IncidentToJson(incident, Lab());
  const std::string none = ",\"advice\":[]";
  const std::size_t at = written.find(none);
  ASSERT_NE(at, std::string::npos);
  const auto read = IncidentFromJson(written.erase(at, none.size()));
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_TRUE(read->incident.advice.empty());
}

TEST(IncidentJsonTest, SaysWhatWasExpectedWhereAndFound) {
  const std::string good = VerdictToJson(SampleVerdict(), Lab());
  const auto changed = [&good](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  };
  const struct {
    const char* name;
    std::string text;
    const char* message;
  } rows[] = {
      {"no JSON", "{", "verdict: expected JSON, found"},
      {"no object", "[]", "verdict: expected a JSON object, found an array"},
      {"empty object", "{}", "verdict.time_us: expected an integer, found nothing"},
      {"unknown node", changed("\"n2\"", "\"n7\""),
       "verdict.ranking[0].node: expected a node of cluster lab, found n7"},
      {"unknown problem", changed("\"cpu\"", "\"flu\""),
       "verdict.ranking[0].problem: expected a known problem type, found flu"},
      {"unknown metric", changed("h_cpu_ext", "h_nope"),
       "verdict.ranking[0].evidence[0].metric: expected a metric of the catalogue, found h_nope"},
      {"unknown detector", changed("\"peer\"", "\"oracle\""),
       "verdict.ranking[0].evidence[0].detector: expected a detector, found oracle"},
      {"text for a number", changed("\"severity\":0.875", "\"severity\":\"x\""),
       "verdict.ranking[0].evidence[0].severity: expected a number, found a string"},
      {"number for a flag", changed("\"shown\":true", "\"shown\":1"),
       "verdict.ranking[0].shown: expected true or false, found a number"},
      {"no list", changed("\"evidence\":[", "\"evidence\":3,\"x\":["),
       "verdict.ranking[0].evidence: expected an array, found a number"},
  };
  for (const auto& row : rows) {
    const auto read = VerdictFromJson(row.text, Lab());
    ASSERT_FALSE(read.has_value()) << row.name;
    EXPECT_EQ(read.error().code(), base::StatusCode::kDataLoss) << row.name;
    EXPECT_EQ(read.error().message().substr(0, std::string(row.message).size()), row.message)
        << row.name;
  }
}

}  // namespace
}  // namespace distdiag::store

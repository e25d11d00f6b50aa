#include "domain/detector_definition.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::domain {
namespace {

using testing::HasSubstr;

base::Result<DetectorDefinitions> Parse(const std::string& list) {
  return ParseDetectors("{\"detectors\":[" + list + "]}", "file");
}

TEST(DetectorDefinitions, WhatIsWrittenIsReadBack) {
  const auto read = Parse(R"({"name":"base","kind":"recent","parameters":{"band_width":8}},
      {"name":"disks","kind":"recent","inherits":"base","groups":["disk"],"nodes":["n1","n2"]},
      {"name":"peer","kind":"peer","enabled":false},
      {"name":"full","kind":"rule","metrics":["h_disk_util"],"parameters":{"above":0.9,"for_s":0}})");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->size(), 4U);
  const auto again = ParseDetectors(DetectorsToJson(*read), "again");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *read);
}

TEST(DetectorDefinitions, HeirsTakeWhatTheyDoNotSay) {
  const auto read = Parse(R"({"name":"a","kind":"recent","parameters":{"band_width":8,"quick":0.5}},
      {"name":"b","kind":"recent","inherits":"a","parameters":{"band_width":9}},
      {"name":"c","kind":"recent","inherits":"b"})");
  ASSERT_TRUE(read);
  const auto values = EffectiveParameters(*read, (*read)[2]);
  ASSERT_EQ(values.size(), ParametersOf(DetectorKind::kRecent).size());
  EXPECT_DOUBLE_EQ(values[0], 9) << "band_width of b";
  EXPECT_DOUBLE_EQ(values[3], 0.5) << "quick of a";
  EXPECT_DOUBLE_EQ(values[1], 3) << "persist_ticks of the standard";
}

TEST(DetectorDefinitions, FitsByGroupMetricAndNode) {
  const MetricId cpu = *FindMetric("h_cpu_ext"), latency = *FindMetric("c_p95_ms");
  DetectorDefinition one;
  EXPECT_TRUE(Fits(one, cpu, "n1"));
  one.groups = {"cpu"};
  EXPECT_TRUE(Fits(one, cpu, "n1"));
  EXPECT_FALSE(Fits(one, latency, "n1"));
  one.nodes = {"n2"};
  EXPECT_FALSE(Fits(one, cpu, "n1"));
  EXPECT_TRUE(Fits(one, cpu, "n2"));
  one.metrics = {"c_p95_ms"};
  EXPECT_FALSE(Fits(one, cpu, "n2")) << "each that is given has to match";
}

TEST(DetectorDefinitions, EveryStandardLiesWithinItsBounds) {
  for (const DetectorKind kind :
       {DetectorKind::kRecent, DetectorKind::kPeer, DetectorKind::kRule}) {
    for (const DetectorParameter& one : ParametersOf(kind)) {
      EXPECT_LT(one.least, one.most) << one.name;
      EXPECT_FALSE(one.effect_en.empty() || one.effect_zh.empty() || one.label_zh.empty());
      if (std::isnan(one.standard)) continue;
      EXPECT_GE(one.standard, one.least) << one.name;
      EXPECT_LE(one.standard, one.most) << one.name;
    }
  }
  EXPECT_TRUE(CheckDetectors(ShippedDetectors()).ok());
  EXPECT_TRUE(ParametersOf(DetectorKind::kClassifier).empty());
}

TEST(DetectorDefinitions, WhatIsWrongIsNamed) {
  const struct {
    const char* list;
    const char* told;
  } rows[] = {
      {R"({"kind":"recent"})", "detectors[0].name: expected a string, found nothing"},
      {R"({"name":"a b","kind":"recent"})", "found \"a b\""},
      {R"({"name":"a","kind":"magic"})", "expected recent, peer or rule, found magic"},
      {R"({"name":"a","kind":"classifier"})", "expected recent, peer or rule, found classifier"},
      {R"({"name":"a","kind":"recent"},{"name":"a","kind":"recent"})", "found it twice"},
      {R"({"name":"a","kind":"recent","inherits":"b"})",
       "an earlier definition of kind recent, found \"b\""},
      {R"({"name":"a","kind":"recent","inherits":"a"})", "found \"a\""},
      {R"({"name":"p","kind":"peer"},{"name":"a","kind":"recent","inherits":"p"})", "found \"p\""},
      {R"({"name":"a","kind":"recent","groups":["cpus"]})", "found \"cpus\""},
      {R"({"name":"a","kind":"recent","metrics":["h_cpu"]})", "found \"h_cpu\""},
      {R"({"name":"a","kind":"peer","nodes":["n1"]})", "peer compares all nodes"},
      {R"({"name":"a","kind":"recent","parameters":{"band":3}})", "found \"band\""},
      {R"({"name":"a","kind":"recent","parameters":{"band_width":1}})",
       "expected a number from 3 to 20, found 1"},
      {R"({"name":"a","kind":"recent","parameters":{"persist_ticks":2.5}})",
       "expected a whole number from 1 to 600, found 2.5"},
      {R"({"name":"a","kind":"recent","parameters":{"band_width":null}})",
       "expected a number, found null"},
      {R"({"name":"a","kind":"recent","parameters":{"band_width":"6"}})",
       "expected a number, found a string"},
      {R"({"name":"a","kind":"recent","metric":"h_cpu_ext"})", "expected only name, kind"},
      {R"({"name":"a","kind":"rule","metrics":["h_cpu_ext"]})", "expected above or below"},
      {R"({"name":"a","kind":"rule","parameters":{"above":1}})", "at least one metric or group"},
      {R"({"name":"a","kind":"rule","metrics":["h_cpu_ext"],"parameters":{"above":1,"below":2}})",
       "expected at least below (2), found 1"},
      {"1", "detectors"},
  };
  for (const auto& row : rows) {
    const auto read = Parse(row.list);
    ASSERT_FALSE(read) << row.list;
    EXPECT_EQ(read.error().code(), base::StatusCode::kInvalidArgument);
    EXPECT_THAT(read.error().message(), HasSubstr("file")) << row.list;
    EXPECT_THAT(read.error().message(), HasSubstr(row.told)) << row.list;
  }
  EXPECT_FALSE(ParseDetectors("", "file"));
  EXPECT_FALSE(ParseDetectors("[]", "file"));
  EXPECT_FALSE(ParseDetectors(R"({"detectors":[],"more":1})", "file"));
  std::string many;
  for (int i = 0; i < 501; ++i)
    many += (i == 0 ? "" : ",") + ("{\"kind\":\"recent\",\"name\":\"d" + std::to_string(i)) + "\"}";
  EXPECT_THAT(Parse(many).error().message(), HasSubstr("at most 500 definitions, found 501"));
}

}  // namespace
}  // namespace distdiag::domain

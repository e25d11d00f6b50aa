#include "base/prometheus_text.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace distdiag::base {
namespace {

std::vector<PrometheusSample> ReadAll(std::string_view text) {
  PrometheusText reader(text);
  std::vector<PrometheusSample> samples;
  PrometheusSample sample;
  while (true) {
    const auto more = reader.Next(sample);
    EXPECT_TRUE(more.has_value()) << (more ? "" : more.error().message());
    if (!more || !*more) return samples;
    samples.push_back(sample);
  }
}

TEST(PrometheusTextTest, ReadsTheFormatsOwnExample) {
  // From the description of the format, with its escapes and its odd blanks.
  const std::string_view text = R"(# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045
rpc_duration_seconds_count{ a = "b" , } 2693
)";
  const auto samples = ReadAll(text);
  ASSERT_EQ(samples.size(), 6U);
  EXPECT_EQ(samples[0].name, "http_requests_total");
  EXPECT_EQ(samples[0].Label("code"), "200");
  EXPECT_EQ(samples[0].Label("host"), std::nullopt);
  EXPECT_EQ(samples[0].value, 1027);
  EXPECT_EQ(samples[0].timestamp_ms, 1395066363000);
  EXPECT_EQ(samples[1].value, 3);
  EXPECT_EQ(UnescapeLabelValue(samples[2].Label("path").value()), "C:\\DIR\\FILE.TXT");
  EXPECT_EQ(UnescapeLabelValue(samples[2].Label("error").value()),
            "Cannot find file:\n\"FILE.TXT\"");
  EXPECT_DOUBLE_EQ(samples[2].value, 1.458255915e9);
  EXPECT_EQ(samples[3].name, "metric_without_timestamp_and_labels");
  EXPECT_TRUE(samples[3].labels.empty());
  EXPECT_FALSE(samples[3].timestamp_ms.has_value());
  EXPECT_TRUE(std::isinf(samples[4].value));
  EXPECT_EQ(samples[4].timestamp_ms, -3982045);
  EXPECT_EQ(samples[5].Label("a"), "b");
}

TEST(PrometheusTextTest, ReadsEveryKindOfNumber) {
  const auto samples =
      ReadAll("a NaN\nb -Inf\nc 1e-09\nd -0\ne 4.294967296e+09\nf +5\ng\t7\r\nh 8");
  ASSERT_EQ(samples.size(), 8U);
  EXPECT_TRUE(std::isnan(samples[0].value));
  EXPECT_TRUE(std::isinf(samples[1].value) && samples[1].value < 0);
  EXPECT_DOUBLE_EQ(samples[2].value, 1e-9);
  EXPECT_EQ(samples[3].value, 0);
  EXPECT_EQ(samples[4].value, 4294967296.0);
  EXPECT_EQ(samples[5].value, 5);
  EXPECT_EQ(samples[6].value, 7);
  EXPECT_EQ(samples[7].value, 8);
}

TEST(PrometheusTextTest, NothingIsNoSample) {
  for (const char* text : {"", "\n", "# only a comment", "  \t\r\n\n# x\n"})
    EXPECT_TRUE(ReadAll(text).empty()) << text;
}

TEST(PrometheusTextTest, AWrongLineIsNamed) {
  struct Row {
    const char* line;
    const char* message;
  };
  const Row rows[] = {
      {"1abc 2", R"(line 2: expected a metric's name, found "1abc 2")"},
      {"<html>", R"(line 2: expected a metric's name, found "<html>")"},
      {"abc", "line 2: expected a number as value of abc, found the end of the line"},
      {"abc x1", R"(line 2: expected a number as value of abc, found "x1")"},
      {"abc +-1", R"(line 2: expected a number as value of abc, found "+-1")"},
      {"abc 0x10", R"(line 2: expected a number as value of abc, found "0x10")"},
      {"abc{d 1", R"(line 2: expected "=" after a label's name, found "1")"},
      {"abc{d=e} 1", R"(line 2: expected a label's value in quotes, found "e} 1")"},
      {"abc{d=\"e 1", R"(line 2: expected the closing quote of a label's value, found "e 1")"},
      {R"(abc{d="e\" 1)",
       R"(line 2: expected the closing quote of a label's value, found "e\" 1")"},
      {"abc{d=\"e\"f=\"g\"} 1", R"(line 2: expected "," or "}" after a label, found "f="g"} 1")"},
      {"abc{9=\"e\"} 1", R"(line 2: expected a label's name or "}", found "9="e"} 1")"},
      {"abc 1 2.5",
       R"(line 2: expected a time stamp in milliseconds or nothing after the value, found "2.5")"},
      {"abc 1 2 3", R"(line 2: expected the end of the line, found "3")"},
      {"abc \xff\x01", R"(line 2: expected a number as value of abc, found "??")"},
  };
  for (const Row& row : rows) {
    const std::string text = std::string("good 1\n") + row.line + "\nnext 2\n";
    PrometheusText reader(text);
    PrometheusSample sample;
    ASSERT_TRUE(reader.Next(sample).value()) << row.line;
    const auto bad = reader.Next(sample);
    ASSERT_FALSE(bad.has_value()) << row.line;
    EXPECT_EQ(bad.error().message(), row.message) << row.line;
  }
}

}  // namespace
}  // namespace distdiag::base

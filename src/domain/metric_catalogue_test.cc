#include "domain/metric_catalogue.h"

#include "base/file_system.h"
#include "base/gzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace distdiag::domain {
namespace {

TEST(MetricCatalogueTest, EveryMetricIsFoundByItsName) {
  for (std::size_t i = 0; i < AllMetrics().size(); ++i) {
    const MetricInfo& metric = AllMetrics()[i];
    const auto id = FindMetric(metric.name);
    ASSERT_TRUE(id.has_value()) << metric.name;
    EXPECT_EQ(Index(*id), i) << metric.name;
    EXPECT_EQ(GetMetric(*id).name, metric.name);
  }
}

TEST(MetricCatalogueTest, NamesAreSortedAndUnique) {
  for (std::size_t i = 1; i < AllMetrics().size(); ++i) {
    EXPECT_LT(AllMetrics()[i - 1].name, AllMetrics()[i].name);
  }
}

TEST(MetricCatalogueTest, UnknownNamesAreNotFound) {
  for (const std::string_view name : {"", "ts", "c_tp", "c_tpss", "C_TPS", "zzz", "\xff"}) {
    EXPECT_FALSE(FindMetric(name).has_value()) << "'" << name << "'";
  }
}

TEST(MetricCatalogueTest, RowsSayWhatTheCatalogueSays) {
  const auto id = FindMetric("h_psi_io_full");
  ASSERT_TRUE(id.has_value());
  const MetricInfo& metric = GetMetric(*id);
  EXPECT_EQ(metric.unit, "ratio");
  EXPECT_EQ(MetricKindName(metric.kind), "counter");
  EXPECT_EQ(metric.group, "pressure");
  EXPECT_EQ(BadWhenName(metric.bad_when), "high");
  EXPECT_EQ(MetricScopeName(metric.scope), "node");
  EXPECT_FALSE(metric.label_en.empty());
  EXPECT_FALSE(metric.label_zh.empty());
  EXPECT_TRUE(metric.description_en.ends_with("."));
  EXPECT_TRUE(metric.description_zh.ends_with("。"));
}

TEST(MetricCatalogueTest, CoversEveryColumnOfTheRecordings) {
  const std::string folder = std::string(DISTDIAG_SOURCE_DIR) + "/recordings";
  const base::RealFileSystem files;
  const auto names = files.ListDirectory(folder);
  ASSERT_TRUE(names.has_value());
  std::set<std::string> unknown;
  std::size_t headers = 0;
  for (const std::string& name : *names) {
    if (!name.ends_with(".csv.gz")) continue;
    const auto compressed = files.ReadFile(folder + "/" + name);
    ASSERT_TRUE(compressed.has_value()) << name;
    const auto text = base::Gunzip(*compressed, std::size_t{64} << 20, name);
    ASSERT_TRUE(text.has_value()) << text.error().message();
    std::string_view header = std::string_view(*text).substr(0, text->find("\r\n"));
    ASSERT_TRUE(header.starts_with("ts,")) << name;
    header.remove_prefix(3);
    for (std::size_t end = 0; end != std::string_view::npos; header.remove_prefix(end + 1)) {
      end = header.find(',');
      const std::string_view column = header.substr(0, end);
      if (!FindMetric(column)) unknown.emplace(column);
      if (end == std::string_view::npos) break;
    }
    ++headers;
  }
  EXPECT_GT(headers, 0U);
  EXPECT_THAT(unknown, testing::IsEmpty());
}

}  // namespace
}  // namespace distdiag::domain

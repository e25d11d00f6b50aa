#include "collect/recorded/recording_loader.h"

#include "base/gzip.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using ::testing::HasSubstr;

constexpr const char* kCases = R"({"dataset": "lab", "cases": [
  {"id": "A1_r1", "scenario": "A1", "start": 10, "normal_end": 11, "anomaly_start": 11.5, "anomaly_end": 12, "recovered": 12, "end": 13,
   "labels": [{"node": "n2", "anomaly": "cpu", "scope": "node"},
              {"node": "n1", "anomaly": "surge", "scope": "cluster"}, {"node": "n2", "anomaly": "surge", "scope": "cluster"}],
   "files": {"n2": "b.gz", "n1": "a.gz"}}]})";

void Fill(base::MemoryFileSystem& files) {
  ASSERT_TRUE(files.WriteFileAtomic("d/cases.json", kCases).ok());
  ASSERT_TRUE(files.WriteFileAtomic("d/a.gz", base::Gzip("ts,c_tps\n10,1\n11,2\n")).ok());
  ASSERT_TRUE(files.WriteFileAtomic("d/b.gz", base::Gzip("ts,h_up,c_tps\n11,1,3\n12,0,\n")).ok());
}

TEST(RecordingLoaderTest, JoinsNodesByTimeAndMetric) {
  base::MemoryFileSystem files;
  Fill(files);
  const auto recordings = LoadRecordings(files, "d");
  ASSERT_TRUE(recordings) << recordings.error().message();
  const Recording& recording = recordings->front();
  EXPECT_EQ(recording.topology.cluster, "lab");
  ASSERT_EQ(recording.topology.nodes.size(), 2u);
  EXPECT_EQ(recording.topology.nodes[0].name, "n1");
  ASSERT_EQ(recording.tick_count(), 3u);
  const auto tps = *recording.layout.column(*domain::FindMetric("c_tps"));
  EXPECT_EQ(recording.view().at(1, domain::NodeIndex(0), tps), 2.0F);
  EXPECT_EQ(recording.view().at(1, domain::NodeIndex(1), tps), 3.0F);
  EXPECT_TRUE(std::isnan(recording.view().at(0, domain::NodeIndex(1), tps)));
  EXPECT_TRUE(std::isnan(recording.view().at(2, domain::NodeIndex(0), tps)));
}

TEST(RecordingLoaderTest, AClusterWideLabelStandsOnce) {
  base::MemoryFileSystem files;
  Fill(files);
  const auto recordings = LoadRecordings(files, "d");
  ASSERT_TRUE(recordings);
  ASSERT_EQ(recordings->front().labels.size(), 2u);
  EXPECT_EQ(recordings->front().labels[0],
            (RecordedLabel{domain::NodeIndex(1), domain::ProblemId::kCpu}));
  EXPECT_EQ(recordings->front().labels[1],
            (RecordedLabel{std::nullopt, domain::ProblemId::kSurge}));
}

TEST(RecordingLoaderTest, ContentHashDependsOnTheSamplesNotOnTheCompression) {
  base::MemoryFileSystem files;
  Fill(files);
  const std::string first = LoadRecordings(files, "d")->front().content_hash;
  ASSERT_TRUE(files.WriteFileAtomic("d/a.gz", base::Gzip("ts,c_tps\n10,1\n11,2.5\n")).ok());
  EXPECT_NE(LoadRecordings(files, "d")->front().content_hash, first);
}

TEST(RecordingLoaderTest, TickCarriesOnlyWhatWasMeasured) {
  base::MemoryFileSystem files;
  Fill(files);
  const auto recordings = LoadRecordings(files, "d");
  const auto tick = recordings->front().Tick(0, std::chrono::seconds(5));
  EXPECT_EQ(tick.time, base::Timestamp(std::chrono::seconds(15)));
  EXPECT_TRUE(tick.starts_new_stretch);
  EXPECT_TRUE(tick.nodes[0].answered);
  EXPECT_FALSE(tick.nodes[1].answered);
}

TEST(RecordingLoaderTest, ATruncatedGzipNamesFileAndByte) {
  base::MemoryFileSystem files;
  Fill(files);
  const std::string whole = base::Gzip("ts,c_tps\n10,1\n11,2\n");
  ASSERT_TRUE(files.WriteFileAtomic("d/a.gz", whole.substr(0, whole.size() - 9)).ok());
  const auto recordings = LoadRecordings(files, "d");
  ASSERT_FALSE(recordings);
  EXPECT_EQ(recordings.error().code(), base::StatusCode::kDataLoss);
  EXPECT_THAT(
      recordings.error().message(),
      HasSubstr("d/a.gz: expected a whole gzip stream, found it broken at compressed byte"));
}

TEST(RecordingLoaderTest, AMissingNodeFileIsNamed) {
  base::MemoryFileSystem files;
  ASSERT_TRUE(files.WriteFileAtomic("d/cases.json", kCases).ok());
  const auto recordings = LoadRecordings(files, "d");
  ASSERT_FALSE(recordings);
  EXPECT_THAT(recordings.error().message(), HasSubstr("d/a.gz: cannot open: No such file"));
}

TEST(RecordingLoaderTest, ARunningServerLeavesOutTheBrokenCaseAndReportsIt) {
  base::MemoryFileSystem files;
  Fill(files);
  ASSERT_TRUE(files.WriteFileAtomic("d/a.gz", "not gzip").ok());
  std::vector<base::Status> broken;
  const auto recordings = LoadRecordings(files, "d", {"A1_r1"}, broken);
  ASSERT_TRUE(recordings);
  EXPECT_TRUE(recordings->empty());
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_THAT(broken[0].message(), HasSubstr("d/a.gz"));
  EXPECT_FALSE(LoadRecordings(files, "d", {"Z9"}, broken));
}

}  // namespace
}  // namespace distdiag::collect

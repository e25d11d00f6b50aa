// What the tests of this room share: a database in a folder of its own, and sample facts.
#pragma once

#include "domain/incident.h"
#include "store/database.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace distdiag::store {

// Thread: single (owner: the test).
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "distdiag-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

class StoreTest : public testing::Test {
 protected:
  void Open(std::int64_t limit_bytes = 0) {
    database_.reset();
    auto opened = Database::Open({.path = folder_.File("facts.db"), .limit_bytes = limit_bytes});
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    database_ = std::move(opened).value();
  }
  void SetUp() override { Open(); }

  TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

inline base::Timestamp At(double seconds) {
  return base::TimestampFromSeconds(1795489925 + seconds);
}

inline domain::Topology Lab() {
  return {.cluster = "lab", .nodes = {{"n1", "z1"}, {"n2", "z2"}, {"n3", ""}}};
}

inline domain::Alarm SampleAlarm(std::uint32_t node = 1, double seconds = 0) {
  return {.node = domain::NodeIndex(node),
          .metric = *domain::FindMetric("h_cpu_ext"),
          .detector = domain::DetectorKind::kPeer,
          .severity = 0.875,
          .time = At(seconds),
          .evidence = {.observed = 0.1 + 0.2,
                       .expected = 0.09,
                       .band_low = 0.03,
                       .band_high = 0.15,
                       .since = At(-3)}};
}

inline domain::Verdict SampleVerdict(double seconds = 0) {
  domain::RankedCause first;
  first.target.node = domain::NodeIndex(1);
  first.problem = domain::ProblemId::kCpu;
  first.probability = 0.94;
  first.importance = 1.0 / 3.0;
  first.initial_rcr = 0.7;
  first.propagated_rcr = 1e-9;
  first.shown = true;
  first.evidence = {SampleAlarm(1, seconds)};
  domain::RankedCause second;  // of the whole cluster
  second.problem = domain::ProblemId::kSurge;
  second.why_not = "requests are \"as usual\" on n1\n节点";
  return {.time = At(seconds),
          .ranker = "default",
          .ranking = {first, second},
          .stability = std::nan("")};
}

inline domain::Incident SampleIncident() {
  domain::Incident incident;
  incident.cluster = "lab";
  incident.started = At(-5);
  incident.detected = At(0);
  incident.updated = At(0);
  incident.verdict = SampleVerdict();
  incident.history = {{.time = At(0), .verdict = SampleVerdict()}};
  incident.first_moves = {{.time = At(-5),
                           .node = domain::NodeIndex(1),
                           .metric = *domain::FindMetric("h_cpu_ext"),
                           .severity = 0.5}};
  incident.advice = {incident.verdict.ranking[0].evidence[0]};
  incident.advice[0].detector = domain::DetectorKind::kSequence;
  return incident;
}

}  // namespace distdiag::store

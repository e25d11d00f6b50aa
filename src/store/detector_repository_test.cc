#include "store/detector_repository.h"

#include "store/test_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::store {
namespace {

class DetectorRepositoryTest : public StoreTest {
 protected:
  static DetectorVersion Version(const std::string& cluster, const std::string& reason,
                                 double seconds) {
    DetectorVersion version{.cluster = cluster,
                            .time = At(seconds),
                            .author = "ann",
                            .reason = reason,
                            .definitions = domain::ShippedDetectors()};
    version.definitions[0].parameters = {{"band_width", 7}};
    return version;
  }
};

TEST_F(DetectorRepositoryTest, KeepsEveryVersion) {
  DetectorRepository repository(*database_);
  EXPECT_EQ(repository.Newest("lab").value(), std::nullopt);
  const auto first = repository.Add(Version("lab", "first", 1), 0);
  ASSERT_TRUE(first) << first.error().message();
  const auto second = repository.Add(Version("lab", "second", 2), first->id);
  ASSERT_TRUE(second);
  ASSERT_TRUE(repository.Add(Version("other", "elsewhere", 3), 0)) << "clusters have their own";
  Open();
  DetectorRepository again(*database_);
  const auto newest = again.Newest("lab").value();
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->id, second->id);
  EXPECT_EQ(newest->reason, "second");
  EXPECT_EQ(newest->author, "ann");
  EXPECT_EQ(newest->time, At(2));
  EXPECT_EQ(newest->definitions, second->definitions);
  const auto all = again.List("lab", 10).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].reason, "first");
  EXPECT_EQ(again.List("lab", 1).value().size(), 1U);
  EXPECT_EQ(again.Get("lab", first->id).value().reason, "first");
  EXPECT_EQ(again.Get("other", first->id).error().code(), base::StatusCode::kNotFound);
}

TEST_F(DetectorRepositoryTest, WhoIsLateIsRefused) {
  DetectorRepository repository(*database_);
  ASSERT_TRUE(repository.Add(Version("lab", "first", 1), 0));
  const auto late = repository.Add(Version("lab", "late", 2), 0);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(late.error().message(), testing::HasSubstr("somebody else"));
  EXPECT_EQ(repository.List("lab", 10).value().size(), 1U);
}

TEST_F(DetectorRepositoryTest, AVersionIsNeverRewritten) {
  DetectorRepository repository(*database_);
  ASSERT_TRUE(repository.Add(Version("lab", "first", 1), 0));
  const base::Status status = database_->InTransaction([](Transaction& transaction) {
    return transaction.connection().Execute("UPDATE detector_version SET reason = 'other'");
  });
  EXPECT_THAT(status.message(), testing::HasSubstr("never rewritten"));
}

}  // namespace
}  // namespace distdiag::store

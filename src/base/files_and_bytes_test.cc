// The file seam, gzip, hashes, time texts and random numbers.
#include "base/file_system.h"
#include "base/gzip.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/time.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::base {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// All implementations of the seam keep the same contract.
class FileSystemTest : public ::testing::TestWithParam<bool> {
 protected:
  FileSystemTest() {
    if (GetParam()) {
      root_ = ::testing::TempDir() + "distdiag_files_test_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
      std::filesystem::remove_all(root_);
    }
  }
  ~FileSystemTest() override {
    if (GetParam()) std::filesystem::remove_all(root_);
  }
  FileSystem& files() { return GetParam() ? static_cast<FileSystem&>(real_) : memory_; }
  std::string root_ = "root";

 private:
  RealFileSystem real_;
  MemoryFileSystem memory_;
};

TEST_P(FileSystemTest, WritesReadsListsAndReplaces) {
  ASSERT_TRUE(files().CreateDirectories(root_).ok());
  ASSERT_TRUE(files().WriteFileAtomic(root_ + "/b", "one").ok());
  ASSERT_TRUE(files().WriteFileAtomic(root_ + "/a", std::string("\0two", 4)).ok());
  ASSERT_TRUE(files().WriteFileAtomic(root_ + "/b", "three").ok());
  EXPECT_EQ(*files().ReadFile(root_ + "/b"), "three");
  EXPECT_EQ(files().ReadFile(root_ + "/a")->size(), 4u);
  EXPECT_THAT(*files().ListDirectory(root_), ElementsAre("a", "b"));
  EXPECT_TRUE(files().Exists(root_ + "/a"));
}

TEST_P(FileSystemTest, AMissingFileIsNotFoundAndNamed) {
  const auto content = files().ReadFile(root_ + "/none");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code(), StatusCode::kNotFound);
  EXPECT_THAT(content.error().message(), HasSubstr("/none: cannot open"));
}

INSTANTIATE_TEST_SUITE_P(Implementations, FileSystemTest, ::testing::Bool(),
                         [](const auto& row) { return row.param ? "Real" : "Memory"; });

TEST(FullDiskTest, IsAResourceProblemAndKeepsTheOldContent) {
  // /dev/full is the kernel's own full disk.
  RealFileSystem real;
  const std::string path = ::testing::TempDir() + "distdiag_full";
  std::filesystem::remove(path + ".tmp");
  ASSERT_TRUE(real.WriteFileAtomic(path, "old").ok());
  std::filesystem::create_symlink("/dev/full", path + ".tmp");
  const Status status = real.WriteFileAtomic(path, "new");
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << status.message();
  EXPECT_EQ(*real.ReadFile(path), "old");
  std::filesystem::remove(path);
  std::filesystem::remove(path + ".tmp");
}

TEST(GzipTest, RoundTripAndLimits) {
  const std::string plain(1'000'000, 'x');
  const std::string packed = Gzip(plain);
  EXPECT_LT(packed.size(), 5000u);
  EXPECT_EQ(*Gunzip(packed, plain.size(), "f"), plain);
  EXPECT_EQ(Gunzip(packed, 1000, "f").error().code(), StatusCode::kInvalidArgument)
      << "a decompression bomb";
  EXPECT_EQ(*Gunzip(Gzip(""), 10, "f"), "");
}

TEST(GzipTest, BrokenStreamsAreDataLoss) {
  const std::string packed = Gzip("hello hello hello");
  std::string flipped = packed;
  flipped[packed.size() - 5] ^= 0x55;
  for (const std::string& bytes :
       {packed.substr(0, packed.size() - 1), packed.substr(0, 3), std::string(),
        std::string("plain text"), flipped, packed + "x"}) {
    const auto result = Gunzip(bytes, 1000, "f.gz");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), StatusCode::kDataLoss);
    EXPECT_THAT(result.error().message(), HasSubstr("f.gz: expected"));
  }
}

TEST(Sha256Test, KnownVector) {
  // FIPS 180-2, appendix B.1
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(TimeTest, Rfc3339AndSeconds) {
  EXPECT_EQ(ToRfc3339(TimestampFromSeconds(1795495599.8)), "2026-11-24T04:46:39.800Z");
  EXPECT_EQ(ToRfc3339(TimestampFromSeconds(-0.5)), "1969-12-31T23:59:59.500Z");
  EXPECT_DOUBLE_EQ(ToUnixSeconds(TimestampFromSeconds(12.25)), 12.25);
}

TEST(RandomTest, KnownSequence) {
  // splitmix64.c by Vigna, seed 1234567
  Random random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317ULL);
  EXPECT_EQ(random.Next(), 3203168211198807973ULL);
  for (int i = 0; i < 1000; ++i) {
    const double unit = random.NextUnit();
    ASSERT_GE(unit, 0.0);
    ASSERT_LT(unit, 1.0);
  }
}

}  // namespace
}  // namespace distdiag::base

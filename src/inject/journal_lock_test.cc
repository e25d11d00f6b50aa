#include "inject/journal_lock.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace distdiag::inject {
namespace {

class FileJournalLockTest : public ::testing::Test {
 protected:
  FileJournalLockTest() {
    std::string name = ::testing::TempDir() + "journal_lock_XXXXXX";
    directory = mkdtemp(name.data());
  }
  ~FileJournalLockTest() override { std::filesystem::remove_all(directory); }

  std::string directory;
};

TEST_F(FileJournalLockTest, TwoHoldersOfOneKeyAreKeptApart) {
  FileJournalLock one(directory), other(directory);
  auto held = one.Acquire("f1");
  ASSERT_TRUE(held) << held.error().message();
  const auto refused = other.TryAcquire("f1");
  ASSERT_TRUE(refused) << refused.error().message();
  EXPECT_EQ(*refused, nullptr);
  const auto elsewhere = other.TryAcquire("f2");
  ASSERT_TRUE(elsewhere);
  EXPECT_NE(*elsewhere, nullptr) << "another fault is free";
  held->reset();
  const auto free = other.TryAcquire("f1");
  ASSERT_TRUE(free);
  EXPECT_NE(*free, nullptr);
}

TEST_F(FileJournalLockTest, ADirectoryThatIsNotOnDiskNeedsNoLock) {
  FileJournalLock lock(directory + "/none");
  const auto held = lock.Acquire("f1");
  ASSERT_TRUE(held);
  EXPECT_NE(*held, nullptr);
}

}  // namespace
}  // namespace distdiag::inject

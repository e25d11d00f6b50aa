#include "lab/lock.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::HasSubstr;

class LabLockTest : public ::testing::Test {
 protected:
  LabLockTest() {
    std::string name = ::testing::TempDir() + "lab_lock_XXXXXX";
    folder = mkdtemp(name.data());
  }
  ~LabLockTest() override { std::filesystem::remove_all(folder); }

  std::string folder;
};

TEST_F(LabLockTest, OneNameIsWorkedOnByOneCommandWhateverTheFolder) {
  const auto first = LabLock::OnName("ddlab", folder);
  ASSERT_TRUE(first) << first.error().message();
  const auto second = LabLock::OnName("ddlab", folder);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.error().message(), HasSubstr("at work on a lab named \"ddlab\""));
  EXPECT_TRUE(LabLock::OnName("other", folder));
}

TEST_F(LabLockTest, IsFreeWhenItsHolderIsDone) {
  auto first = LabLock::OnName("ddlab", folder);
  ASSERT_TRUE(first);
  first->reset();
  EXPECT_TRUE(LabLock::OnName("ddlab", folder));
}

TEST_F(LabLockTest, FolderAndNameAreDifferentLocks) {
  const auto name = LabLock::OnName("ddlab", folder);
  const auto directory = LabLock::OnDirectory(folder);
  EXPECT_TRUE(name && directory);
  const auto again = LabLock::OnDirectory(folder);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message(), HasSubstr("at work in " + folder));
}

TEST_F(LabLockTest, AFileThatCanNotBeMadeIsAnotherError) {
  const auto lock = LabLock::OnName("ddlab", folder + "/none");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code(), base::StatusCode::kUnavailable);
  std::filesystem::create_symlink("/etc/passwd", folder + "/distdiag-lab-link.lock");
  EXPECT_FALSE(LabLock::OnName("link", folder)) << "no link is followed";
}

}  // namespace
}  // namespace distdiag::lab

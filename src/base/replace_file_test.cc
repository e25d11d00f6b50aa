#include "base/file_system.h"

#include <unistd.h>

#include <gtest/gtest.h>

namespace distdiag::base {
namespace {

TEST(ReplaceFile, ReadersFindTheNewBytesAndNothingIsLeftBeside) {
  const std::string path = testing::TempDir() + "/replace_" + std::to_string(::getpid());
  ASSERT_TRUE(ReplaceFile(path, "old and longer\n").ok());
  ASSERT_TRUE(ReplaceFile(path, "new\n").ok());
  const RealFileSystem files;
  EXPECT_EQ(*files.ReadFile(path), "new\n");
  EXPECT_FALSE(files.Exists(path + ".tmp"));
  ::unlink(path.c_str());
}

TEST(ReplaceFile, NamesThePathThatCannotBeWritten) {
  const Status status = ReplaceFile("/nowhere/at/all", "x");
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_NE(status.message().find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace distdiag::base

#include "lab/folder.h"

#include "lab/serve_config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

void Write(base::FileSystem& files, const std::string& path, std::string_view text = "x") {
  ASSERT_TRUE(files.WriteFileAtomic(path, text).ok());
}

TEST(LabFolder, AFolderThatHoldsOtherThingsIsRefused) {
  base::MemoryFileSystem files;
  Write(files, "/srv/www/index.html");
  EXPECT_THAT(FolderProblem(files, "/srv"), HasSubstr("it holds \"www\""));
  Write(files, "/srv/disk/n1/precious");
  EXPECT_THAT(FolderProblem(files, "/srv"), HasSubstr("it holds \"disk\" and 1 more"));
  EXPECT_FALSE(IsLabFolder(files, "/srv"));
}

TEST(LabFolder, AnEmptyOneIsTakenAndAfterwardsItsOwn) {
  base::MemoryFileSystem files;
  EXPECT_EQ(FolderProblem(files, "/srv/lab"), "");
  EXPECT_FALSE(IsLabFolder(files, "/srv/lab"));
  ASSERT_TRUE(MarkFolder(files, "/srv/lab").ok());
  Write(files, "/srv/lab/notes.txt");
  EXPECT_TRUE(IsLabFolder(files, "/srv/lab"));
  EXPECT_EQ(FolderProblem(files, "/srv/lab"), "");
  EXPECT_THAT(FolderProblem(files, "/srv"), HasSubstr("it holds \"lab\""));
}

TEST(LabFolder, ALabFromBeforeThereWasAMarkIsRecognised) {
  struct Row {
    const char* name;
    std::vector<std::pair<std::string, std::string>> files;
    bool usable;
    bool of_lab;
  };
  const std::string config = ServeConfigText(Layout({.directory = "/lab"}), {});
  const Row rows[] = {
      {"its configuration", {{"distdiag.yaml", config}, {"serve.log", ""}}, true, true},
      {"another configuration", {{"distdiag.yaml", "source:\n  kind: live\n"}}, false, false},
      {"its state", {{"run/state.json", "{}"}}, true, true},
      {"what `down` left", {{"lock", ""}, {"logs/n1.err", ""}, {"data/x.db", ""}}, true, false},
      {"killed at once", {{"lock", ""}}, true, false},
      {"somebody's data", {{"data/x.db", ""}}, false, false},
      {"somebody's lock", {{"lock", ""}, {"mail", ""}}, false, false},
  };
  for (const Row& row : rows) {
    base::MemoryFileSystem files;
    for (const auto& [name, text] : row.files) Write(files, "/lab/" + name, text);
    EXPECT_EQ(FolderProblem(files, "/lab").empty(), row.usable) << row.name;
    EXPECT_EQ(IsLabFolder(files, "/lab"), row.of_lab) << row.name;
  }
}

class FolderOnDiskTest : public ::testing::Test {
 protected:
  FolderOnDiskTest() {
    std::string name = fs::canonical(::testing::TempDir()).string() + "/lab_folder_XXXXXX";
    folder = mkdtemp(name.data());
  }
  ~FolderOnDiskTest() override { fs::remove_all(folder); }

  void Make(const std::string& path) {
    fs::create_directories(fs::path(folder + path).parent_path());
    std::ofstream(folder + path) << "x";
  }
  std::set<std::string> Files() {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      found.insert(entry.path().string().substr(folder.size()));
    return found;
  }

  std::string folder;
};

TEST_F(FolderOnDiskTest, APathThroughALinkIsRefusedAndTheRealOneNamed) {
  fs::create_directories(folder + "/real/lab");
  fs::create_directory_symlink(folder + "/real", folder + "/link");
  EXPECT_EQ(PathProblem(folder + "/real/lab"), "");
  EXPECT_EQ(PathProblem(folder + "/real/none/yet"), "");
  EXPECT_THAT(PathProblem(folder + "/link/lab"), HasSubstr("--directory " + folder + "/real/lab"));
  EXPECT_THAT(PathProblem(folder + "/link/none"),
              HasSubstr("--directory " + folder + "/real/none"));
  EXPECT_THAT(PathProblem(folder + "/link"), HasSubstr("--directory " + folder + "/real"));
}

TEST_F(FolderOnDiskTest, AFolderThatIsNotThereYetIsNoProblem) {
  EXPECT_EQ(FolderProblem(base::RealFileSystem(), folder + "/none"), "");
}

TEST_F(FolderOnDiskTest, OnlyTheLabsFilesAreRemoved) {
  const Layout layout({.directory = folder});
  for (const char* path :
       {"/.distdiag-lab", "/distdiag.yaml", "/lock", "/notes.txt", "/data/history.db",
        "/disk/n1.img", "/disk/n2.img", "/disk/backup.img", "/disk/n2/precious", "/run/state.json",
        "/run/n1.err", "/run/n1.sock", "/run/sub/x", "/faults/f1.json", "/faults/.lock"})
    Make(path);
  fs::create_directories(folder + "/disk/n1");
  EXPECT_THAT(RemoveLabFiles(layout), ElementsAre(folder + "/disk/n2", folder + "/disk"));
  EXPECT_EQ(Files(),
            (std::set<std::string>{"/.distdiag-lab", "/lock", "/notes.txt", "/data",
                                   "/data/history.db", "/disk", "/disk/backup.img", "/disk/n2",
                                   "/disk/n2/precious", "/logs", "/logs/n1.err"}));
  EXPECT_THAT(RemoveLabFiles(layout), ElementsAre(folder + "/disk/n2", folder + "/disk"));
}

TEST_F(FolderOnDiskTest, OfAPlainLabLogsAndDataAreKept) {
  const Layout layout({.directory = folder});
  for (const char* path : {"/.distdiag-lab", "/disk/n1.img", "/run/state.json", "/run/n1.err"})
    Make(path);
  EXPECT_THAT(RemoveLabFiles(layout), IsEmpty());
  EXPECT_EQ(Files(), (std::set<std::string>{"/.distdiag-lab", "/logs", "/logs/n1.err"}));
}

}  // namespace
}  // namespace distdiag::lab

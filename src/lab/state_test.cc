#include "lab/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::HasSubstr;

TEST(LabState, IsReadBackAsWritten) {
  LabState state;
  state.options = {.name = "abc",
                   .directory = "/srv/lab",
                   .network = "10.1.2",
                   .database = LabDatabase::kOceanBase,
                   .server_program = "/opt/seekdb",
                   .nodes = 5,
                   .cpu_cores = 0.25,
                   .disk_iops = 1,
                   .disk_bytes_per_s = 2,
                   .disk_bytes = 3,
                   .database_memory_bytes = 4,
                   .warehouses = 6,
                   .terminals = 7,
                   .think_time_ms = 8.5};
  state.phase = LabPhase::kStopping;
  state.with_load = false;
  const std::string text = StateToJson(state);
  const auto again = ParseState(text, "f");
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(StateToJson(*again), text);
}

TEST(LabState, DamageIsNamed) {
  EXPECT_THAT(ParseState("[]", "f").error().message(),
              HasSubstr("expected a JSON object, found an array"));
  EXPECT_THAT(ParseState("{}", "f").error().message(), HasSubstr("f.name: expected a string"));
  std::string text = StateToJson({});
  text.replace(text.find("\"nodes\":3"), 9, "\"nodes\":99");
  EXPECT_THAT(ParseState(text, "f").error().message(), HasSubstr("nodes: expected 1 to 9"));
  text = StateToJson({});
  text.replace(text.find("starting"), 8, "sleeping");
  EXPECT_THAT(ParseState(text, "f").error().message(), HasSubstr("phase"));
}

TEST(LabState, NoFileMeansNoLab) {
  base::MemoryFileSystem files;
  EXPECT_EQ(ReadState(files, "/srv/lab").error().code(), base::StatusCode::kNotFound);
  ASSERT_TRUE(files.CreateDirectories("/srv/lab/run").ok());
  LabState state;
  state.options.directory = "/srv/lab";
  ASSERT_TRUE(WriteState(files, state).ok());
  EXPECT_TRUE(ReadState(files, "/srv/lab"));
}

TEST(LabState, AStateOfAnotherFolderIsNotTaken) {
  base::MemoryFileSystem files;
  ASSERT_TRUE(files.CreateDirectories("/srv/lab/run").ok());
  ASSERT_TRUE(files.WriteFileAtomic("/srv/lab/run/state.json", StateToJson({})).ok());
  EXPECT_EQ(ReadState(files, "/srv/lab").error().code(), base::StatusCode::kDataLoss);
}

TEST(LabOptions, WhatCanNotBeUsedIsRefused) {
  const auto with = [](auto change) {
    LabOptions options;
    change(options);
    return CheckOptions(options).ok();
  };
  EXPECT_TRUE(with([](LabOptions&) {}));
  for (const char* name : {"", "Lab", "a-b", "ninechars", "a/b", ".."})
    EXPECT_FALSE(with([&](LabOptions& o) { o.name = name; })) << name;
  for (const char* directory :
       {"", "/", "lab", "/srv/", "/srv/../etc", "/a b", "/srv//lab", "/a'b"})
    EXPECT_FALSE(with([&](LabOptions& o) { o.directory = directory; })) << directory;
  EXPECT_FALSE(with([](LabOptions& o) { o.directory = "/" + std::string(200, 'a'); }));
  for (const char* network : {"", "10.77", "10.77.0.", "10.77.0.0", "256.1.1", "a.b.c", "10..1"})
    EXPECT_FALSE(with([&](LabOptions& o) { o.network = network; })) << network;
  for (const int nodes : {0, -1, 10}) EXPECT_FALSE(with([&](LabOptions& o) { o.nodes = nodes; }));
}

}  // namespace
}  // namespace distdiag::lab

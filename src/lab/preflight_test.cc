#include "lab/preflight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A machine on which a lab can be started.
PreflightFacts GoodFacts() {
  PreflightFacts facts;
  facts.root = true;
  facts.account = true;
  facts.galera_library = true;
  facts.cgroups.version2 = "/sys/fs/cgroup";
  facts.cgroups.version2_controllers = {"cpu", "io", "memory"};
  facts.loop_devices = true;
  facts.free_disk_bytes = std::int64_t{100} << 30;
  facts.free_memory_bytes = std::int64_t{8} << 30;
  return facts;
}

TEST(Preflight, NothingToSayOnAGoodMachine) {
  EXPECT_THAT(PreflightProblems(GoodFacts(), Layout(LabOptions())), IsEmpty());
}

struct Row {
  const char* name;
  void (*spoil)(PreflightFacts&);
  const char* said;
};

TEST(Preflight, EachProblemIsNamedWithWhatToDo) {
  const Row rows[] = {
      {"not root", [](PreflightFacts& f) { f.root = false; }, "you are not root"},
      {"program", [](PreflightFacts& f) { f.missing_programs = {"nft"}; },
       "program nft is missing: package nftables (`tools/setup lab`)"},
      {"account", [](PreflightFacts& f) { f.account = false; }, "no account \"mysql\""},
      {"galera", [](PreflightFacts& f) { f.galera_library = false; }, "package galera-4"},
      {"controller", [](PreflightFacts& f) { f.cgroups.version2_controllers.erase("io"); },
       "controller \"io\" is not there"},
      {"loop", [](PreflightFacts& f) { f.loop_devices = false; }, "no loop devices"},
      {"network", [](PreflightFacts& f) { f.network_problem = "Unknown device type"; },
       "no network of namespaces can be made: Unknown device type"},
      {"folder", [](PreflightFacts& f) { f.directory_problem = "every user may write into it"; },
       "/var/tmp/distdiag-lab: every user may write into it"},
      {"tmpfs",
       [](PreflightFacts& f) { f.backing_disk_problem = "/x: expected a folder on a disk"; },
       "expected a folder on a disk"},
      {"disk", [](PreflightFacts& f) { f.free_disk_bytes = 1 << 20; }, "MB must be free, 1 MB are"},
      {"memory", [](PreflightFacts& f) { f.free_memory_bytes = 1 << 20; },
       "MB of memory must be free for 3 nodes, 1 MB are"},
      {"up", [](PreflightFacts& f) { f.state_file = true; }, "a lab is up in"},
      {"name", [](PreflightFacts& f) { f.namespaces = {"ddlab-n1"}; },
       "the name \"ddlab\" is taken by network namespace ddlab-n1"},
      {"group", [](PreflightFacts& f) { f.cgroup_taken = true; }, "taken by a control group"},
      {"address",
       [](PreflightFacts& f) {
         f.local_addresses = {"127.0.0.1/8", "10.77.0.5/16"};
       },
       "the network 10.77.0.0/24 is in use on this machine (10.77.0.5/16)"},
  };
  for (const Row& row : rows) {
    PreflightFacts facts = GoodFacts();
    row.spoil(facts);
    EXPECT_THAT(PreflightProblems(facts, Layout(LabOptions())), ElementsAre(HasSubstr(row.said)))
        << row.name;
  }
}

TEST(Preflight, AllProblemsAreSaidAtOnce) {
  const auto problems = PreflightProblems(PreflightFacts(), Layout(LabOptions()));
  EXPECT_GE(problems.size(), 7U);
  EXPECT_THAT(PreflightText({"one", "two"}), AllOf(HasSubstr("2 problems:\n  1. one\n  2. two")));
}

TEST(Preflight, ALabsOwnNamesAreNotReportedBesideTheLab) {
  PreflightFacts facts = GoodFacts();
  facts.state_file = true;
  facts.namespaces = {"ddlab-n1", "ddlab-hub"};
  facts.cgroup_taken = true;
  EXPECT_EQ(PreflightProblems(facts, Layout(LabOptions())).size(), 1U);
}

TEST(Preflight, ThisMachinesFactsCanBeGathered) {
  const PreflightFacts facts = GatherFacts(Layout(LabOptions()));
  EXPECT_GT(facts.free_memory_bytes, 0);
}

}  // namespace
}  // namespace distdiag::lab

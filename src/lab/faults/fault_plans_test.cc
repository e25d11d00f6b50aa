// The plans of all kinds, as people see them, against testdata/fault_plans.txt; and that what is changed comes back.
#include "base/file_system.h"
#include "lab/faults/fault_actions.h"
#include "lab/faults/plans.h"
#include "lab/faults/quota.h"

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using ::testing::HasSubstr;

std::string Joined(const std::vector<std::string>& argv) {
  return fmt::format("{}", fmt::join(argv, " "));
}

// A lab at rest; tests change single answers.
class FakeView final : public LabView {
 public:
  bool ServerRuns(const Machine&) override { return true; }
  base::Result<std::string> SqlValue(const Machine&, const std::string& statement) override {
    return Answer(statement);
  }
  base::Result<std::string> ReadFile(const std::string& path) override {
    return Answer(path.substr(path.rfind('/') + 1));
  }
  base::Result<std::string> Output(const std::vector<std::string>& argv) override {
    return Answer(Joined(argv));
  }

  // By the end of the question.
  std::map<std::string, std::string> answers{
      {"SELECT @@GLOBAL.innodb_buffer_pool_size", "268435456"},
      {"name = 'memstore_limit_percentage'", "0"},
      {"name = 'writing_throttling_trigger_percentage'", "60"},
      {"SELECT @@GLOBAL.innodb_io_capacity", "200"},
      {"SELECT @@GLOBAL.innodb_io_capacity_max", "400"},
      {"index_name LIKE 'ddx%'", "0"},
      {"cpu.cfs_period_us", "50000\n"},
      {"cpu.cfs_quota_us", "25000\n"},
      {"blkio.throttle.read_iops_device", "8:16 5\n254:0 700\n"},
      {"blkio.throttle.write_iops_device", "254:0 700\n"},
      {"blkio.throttle.read_bps_device", "254:0 25165824\n"},
      {"blkio.throttle.write_bps_device", ""},
      {"qdisc show dev eth0", "qdisc noqueue 0: root refcnt 2 \n"},
      {"qdisc show dev ddlabp2", "qdisc noqueue 0: root refcnt 2 \n"},
      {"link show ddlabp2", "7: ddlabp2@if2: <UP> mtu 1500 master br0 state UP mode DEFAULT\n"},
      {"nft list tables", ""},
  };

 private:
  base::Result<std::string> Answer(const std::string& question) const {
    for (const auto& [end, answer] : answers) {
      if (question.ends_with(end)) return answer;
    }
    return base::Fail(base::NotFound("no answer to: " + question));
  }
};

// What a plan does must be right on both database systems.
class FaultPlansTest : public ::testing::TestWithParam<LabDatabase> {
 protected:
  PlanResult Plan(const std::string& kind, double number) {
    const FaultPlanner* planner = FindFaultPlanner(layout.options().database, kind);
    if (planner == nullptr) return base::Fail(base::NotFound(kind));
    const FaultContext context{.layout = layout,
                               .trees = trees,
                               .disk = "254:0",
                               .program = "/usr/bin/distdiag",
                               .tools = tools,
                               .view = view};
    const bool node = planner->kind.scope == domain::ProblemScope::kNode;
    return planner->plan(
        context,
        {.machine = node ? layout.Find("n2") : nullptr, .number = number, .id = "f1-" + kind});
  }

  const Layout layout{DefaultOptions(GetParam())};
  const CgroupTrees trees = ParseCgroupMounts(
      "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n"
      "cgroup /sys/fs/cgroup/blkio cgroup rw,blkio 0 0\n"
      "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n");
  FaultTools tools{.netem = false, .tbf = true, .numgen = true, .relay = true, .stress = true};
  FakeView view;
};

std::string Lines(const char* title, const std::vector<inject::Step>& steps) {
  std::string text;
  for (const inject::Step& step : steps)
    text += fmt::format("  {:<8} {}\n", title, inject::Describe(step));
  return text;
}

TEST_P(FaultPlansTest, EachKindDoesWhatItsPlanSays) {
  std::string text;
  for (const FaultPlanner& planner : FaultPlanners(GetParam())) {
    const auto plan = Plan(planner.kind.name, planner.kind.high);
    ASSERT_TRUE(plan) << planner.kind.name << ": " << plan.error().message();
    text += planner.kind.name;
    if (!planner.kind.parameter.empty())
      text += fmt::format(" {} {}", planner.kind.high, planner.kind.parameter);
    text += "\n" + Lines("prepare", plan->prepare) + Lines("start", plan->start) +
            Lines("stop", plan->stop) + Lines("restore", plan->restore);
  }
  const std::string path =
      fmt::format("{}/fault_plans_{}.txt", DISTDIAG_TESTDATA, LabDatabaseName(GetParam()));
  base::RealFileSystem files;
  const std::string expected = files.ReadFile(path).value_or("");
  if (text != expected) {
    ASSERT_TRUE(files.WriteFileAtomic(path + ".new", text).ok());
  }
  EXPECT_EQ(text, expected) << "if the new plan is right: mv " << path << ".new " << path;
}

TEST_P(FaultPlansTest, NumbersLieWithinTheirBounds) {
  for (const FaultPlanner& planner : FaultPlanners(GetParam())) {
    const inject::FaultKind& kind = planner.kind;
    if (kind.parameter.empty()) continue;
    for (const double number : {kind.low, kind.medium, kind.high}) {
      EXPECT_GE(number, kind.least) << kind.name;
      EXPECT_LE(number, kind.most) << kind.name;
    }
    for (const double number : {kind.least, kind.most}) {
      const auto plan = Plan(kind.name, number);
      EXPECT_TRUE(plan) << kind.name << " " << number << ": " << plan.error().message();
    }
  }
}

// After prepare and restore every kernel file and variable says what it said before.
TEST_P(FaultPlansTest, WhatWasThereIsPutBack) {
  if (GetParam() != LabDatabase::kGalera) return;  // below: MemstoreIsPutBack
  view.answers["cpu.cfs_quota_us"] = "31000\n";
  view.answers["blkio.throttle.read_iops_device"] = "254:0 123\n";
  view.answers["SELECT @@GLOBAL.innodb_io_capacity"] = "321";
  view.answers["SELECT @@GLOBAL.innodb_buffer_pool_size"] = "209715200";
  for (const char* kind : {"cache", "index", "crash"}) {
    const auto plan = Plan(kind, kind == std::string("crash") ? 0 : 20);
    ASSERT_TRUE(plan) << kind << ": " << plan.error().message();
    std::map<std::string, std::string> last;
    std::string statements;
    for (const auto* steps : {&plan->prepare, &plan->start, &plan->stop, &plan->restore}) {
      for (const inject::Step& step : *steps) {
        if (const auto* write = std::get_if<inject::WriteStep>(&step))
          last[write->path] = write->text;
        if (std::get_if<inject::SqlStep>(&step) != nullptr) statements = inject::Describe(step);
      }
    }
    EXPECT_EQ(last.size(), kind == std::string("index") ? 12u : 4u) << kind;
    EXPECT_EQ(last["/sys/fs/cgroup/cpu/ddlab/n2/cpu.cfs_quota_us"], "31000") << kind;
    EXPECT_EQ(last["/sys/fs/cgroup/blkio/ddlab/n2/blkio.throttle.read_iops_device"], "254:0 123")
        << kind;
    if (kind != std::string("cache")) continue;
    EXPECT_THAT(statements, HasSubstr("SET GLOBAL innodb_io_capacity = 321"));
    EXPECT_EQ(inject::Describe(plan->stop.front()), "on n2, do: resize_pool 209715200");
  }
}

TEST_P(FaultPlansTest, TheMemstoreIsPutBack) {
  if (GetParam() != LabDatabase::kOceanBase) return;
  view.answers["name = 'memstore_limit_percentage'"] = "45";
  const auto plan = Plan("cache", 17);
  ASSERT_TRUE(plan) << plan.error().message();
  EXPECT_EQ(inject::Describe(plan->stop.at(0)),
            "on n2, SQL: ALTER SYSTEM SET memstore_limit_percentage = 45; "
            "ALTER SYSTEM SET writing_throttling_trigger_percentage = 60");
  view.answers["name = 'writing_throttling_trigger_percentage'"] = "5";
  const auto again = Plan("cache", 17);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message(), HasSubstr("another fault is at work"));
}

TEST_P(FaultPlansTest, AStateThatCantBePutBackIsRefused) {
  if (GetParam() != LabDatabase::kGalera) return;  // the kernel's part is the same for both
  struct Row {
    const char* kind;
    const char* question;
    const char* answer;
    const char* expected;
  };
  const Row rows[] = {
      {"net", "qdisc show dev eth0", "qdisc tbf 8001: root", "without a queue of its own"},
      {"netloss", "nft list tables", "table inet distdiag_loss", "is there already"},
      {"netdelay", "link show ddlabp2", "7: ddlabp2: state UP", "expected a port of the bridge"},
      {"partition", "link show ddlabp2", "7: ddlabp2: state DOWN", "expected a link that is up"},
      {"cache", "SELECT @@GLOBAL.innodb_buffer_pool_size", "41943040", "more than 40 MB"},
      {"cache", "cpu.cfs_quota_us", "-1\n", "its CPU quota is lifted"},
      {"index", "index_name LIKE 'ddx%'", "8", "are there already"},
  };
  for (const Row& row : rows) {
    const std::string before = view.answers[row.question];
    view.answers[row.question] = row.answer;
    const auto plan = Plan(row.kind, FindFaultPlanner(GetParam(), row.kind)->kind.high);
    view.answers[row.question] = before;
    ASSERT_FALSE(plan) << row.kind << ", " << row.question;
    EXPECT_EQ(plan.error().code(), base::StatusCode::kFailedPrecondition) << row.kind;
    EXPECT_THAT(plan.error().message(), HasSubstr(row.expected)) << row.kind;
  }
}

TEST_P(FaultPlansTest, NetemIsTakenWhereTheKernelHasIt) {
  tools.netem = true;
  const auto delay = Plan("netdelay", 15);
  const auto loss = Plan("netloss", 5);
  ASSERT_TRUE(delay && loss);
  EXPECT_EQ(inject::Describe(delay->start.at(0)),
            "run: tc -n ddlab-n2 qdisc replace dev eth0 root netem delay 15ms");
  EXPECT_EQ(inject::Describe(loss->start.at(1)),
            "run: tc -n ddlab-hub qdisc replace dev ddlabp2 root netem loss 5%");
}

INSTANTIATE_TEST_SUITE_P(Both, FaultPlansTest,
                         ::testing::Values(LabDatabase::kGalera, LabDatabase::kOceanBase),
                         [](const auto& instance) {
                           return std::string(LabDatabaseName(instance.param));
                         });

TEST(FaultTable, OceanBaseHasNoBackupLock) {
  const FaultPlanner* planner = FindFaultPlanner(LabDatabase::kOceanBase, "fclock");
  ASSERT_NE(planner, nullptr);
  EXPECT_THAT(planner->unavailable({true, true, true, true, true}), HasSubstr("no lock"));
}

TEST(FaultTable, AKindThatCantBeDoneSaysWhy) {
  for (const FaultPlanner& planner : FaultPlanners(LabDatabase::kGalera)) {
    EXPECT_EQ(planner.unavailable({true, true, true, true, true}), "") << planner.kind.name;
    const std::string why = planner.unavailable({});
    const bool needs = planner.kind.name == "cpu" || planner.kind.name == "io" ||
                       planner.kind.name == "net" || planner.kind.name == "netdelay" ||
                       planner.kind.name == "netloss";
    EXPECT_EQ(!why.empty(), needs) << planner.kind.name << ": " << why;
  }
}

TEST(FaultActions, ThePoolShrinksInStepsOfAFifth) {
  std::vector<std::int64_t> megabytes;
  for (std::int64_t now = 256 << 20; now != 40 << 20;) {
    const std::int64_t next = NextPoolSize(now, 40 << 20);
    EXPECT_GE(next, now * 78 / 100) << now;
    now = next;
    megabytes.push_back(now >> 20);
  }
  EXPECT_THAT(megabytes, ::testing::ElementsAre(204, 162, 128, 102, 80, 64, 50, 40));
  EXPECT_EQ(NextPoolSize(40 << 20, 256 << 20), 256 << 20) << "up at once";
}

}  // namespace
}  // namespace distdiag::lab

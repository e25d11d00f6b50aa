// A world of named values in which the tests of this room make faults, and a lock that they can look at.
#pragma once

#include "inject/driver.h"
#include "inject/journal_lock.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace distdiag::inject {

using World = std::map<std::string, std::string>;

// Every step writes one value: WriteStep as it stands, the others under a name made of what they touch. A kill removes.
class FakeDriver final : public FaultDriver {
 public:
  std::vector<FaultKind> Kinds() const override {
    FaultKind burn{.name = "burn",
                   .problem = domain::ProblemId::kCpu,
                   .scope = domain::ProblemScope::kNode,
                   .parameter = "busy threads",
                   .low = 1,
                   .medium = 2,
                   .high = 3,
                   .least = 1,
                   .most = 8};
    FaultKind flood = burn;
    flood.name = "flood";
    flood.scope = domain::ProblemScope::kCluster;
    FaultKind freeze{.name = "freeze",
                     .problem = domain::ProblemId::kStall,
                     .scope = domain::ProblemScope::kNode};
    FaultKind fog = freeze;
    fog.name = "fog";
    fog.unavailable = "this kernel has no fog";
    return {burn, flood, freeze, fog};
  }
  std::vector<std::string> Targets() const override { return targets; }

  base::Result<FaultPlan> Plan(const FaultSpec& spec, const std::string& fault_id) override {
    if (!plan_failure.ok()) return base::Fail(plan_failure);
    const std::string at = spec.node + "/" + spec.kind + "/";
    FaultPlan plan;
    plan.prepare = {WriteStep{at + "quota", "off"},
                    SqlStep{spec.node, {"SET GLOBAL pool = 40"}, false},
                    WriteStep{at + "quota", "50"}};
    plan.start = {SpawnStep{spec.node, fault_id, {"burn", "--threads"}},
                  ActionStep{"limit_link", spec.node, {}}, WriteStep{at + "mode", "broken"}};
    plan.stop = {WriteStep{at + "mode", "normal"}, ExecStep{{"unlimit", spec.node}, true},
                 KillStep{spec.node, fault_id}};
    plan.restore = {SqlStep{spec.node, {"SET GLOBAL pool = 256"}, false},
                    WriteStep{at + "quota", "50"}};
    // As it is before: what the undo writes.
    world.try_emplace(at + "mode", "normal");
    world.try_emplace(at + "quota", "50");
    world.try_emplace("pool@" + spec.node, "SET GLOBAL pool = 256");
    world.try_emplace("link@" + spec.node, "free");
    return plan;
  }

  base::Status Run(const Step& step) override {
    const std::string line = Describe(step);
    ran.push_back(line);
    if (const auto it = failing.find(line); it != failing.end() && it->second != 0) {
      if (it->second > 0) --it->second;
      return base::Unavailable("the server is busy");
    }
    std::visit([this](const auto& one) { Apply(one); }, step);
    if (after_step) after_step(line);
    return base::OkStatus();
  }

  World world;
  std::vector<std::string> targets{"n1", "n2"};
  std::vector<std::string> ran;
  std::map<std::string, int>
      failing;  // description of a step -> how often it fails yet; -1 = always
  base::Status plan_failure;
  std::function<void(const std::string&)> after_step;

 private:
  void Apply(const WriteStep& step) { world[step.path] = step.text; }
  void Apply(const SqlStep& step) { world["pool@" + step.machine] = step.statements.front(); }
  void Apply(const SpawnStep& step) { world["group@" + step.machine + step.group] = "running"; }
  void Apply(const KillStep& step) { world.erase("group@" + step.machine + step.group); }
  void Apply(const ActionStep& step) { world["link@" + step.machine] = "limited"; }
  void Apply(const ExecStep& step) { world["link@" + step.argv.at(1)] = "free"; }
};

// Shared by several injectors as the lock file is by several processes; never waits: what would wait fails.
class FakeLock final : public JournalLock {
 public:
  using Keys = std::set<std::string>;
  explicit FakeLock(std::shared_ptr<Keys> held) : held_(std::move(held)) {}

  base::Result<std::unique_ptr<Held>> Acquire(std::string_view key) override {
    auto lock = Take(key);
    if (lock == nullptr) return base::Fail(base::Unavailable("would wait for " + std::string(key)));
    return lock;
  }
  base::Result<std::unique_ptr<Held>> TryAcquire(std::string_view key) override {
    return Take(key);
  }

 private:
  class HeldKey final : public Held {
   public:
    HeldKey(std::shared_ptr<Keys> held, std::string key)
        : held_(std::move(held)), key_(std::move(key)) {}
    ~HeldKey() override { held_->erase(key_); }

   private:
    std::shared_ptr<Keys> held_;
    std::string key_;
  };
  std::unique_ptr<Held> Take(std::string_view key) {
    if (!held_->insert(std::string(key)).second) return nullptr;
    return std::make_unique<HeldKey>(held_, std::string(key));
  }

  std::shared_ptr<Keys> held_;
};

}  // namespace distdiag::inject

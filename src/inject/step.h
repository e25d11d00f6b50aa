// A fault as data: the exact things that are done, and the exact things that undo them.
//
// Why so: a dry run prints the steps; the journal stores them before the act, so another process can undo after a crash with
// nothing but the journal; and what is undone is the value that was there before, not a default.
// Thread: value.
#pragma once

#include "base/status.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace distdiag::inject {

// Runs a program to its end.
struct ExecStep {
  std::vector<std::string> argv;
  bool may_fail = false;  // an undo whose object may be gone already
  friend bool operator==(const ExecStep&, const ExecStep&) = default;
};

// Leaves a program running in cgroup `group` (made when missing) of machine `machine` (empty = the clients' side). The group
// is the fault's own, so KillStep finds the program and its children also after a crash.
struct SpawnStep {
  std::string machine;
  std::string group;  // "<fault id>", below the machine's "ext"
  std::vector<std::string> argv;
  friend bool operator==(const SpawnStep&, const SpawnStep&) = default;
};

// Kills all that runs in a group and removes the group.
struct KillStep {
  std::string machine;
  std::string group;
  friend bool operator==(const KillStep&, const KillStep&) = default;
};

// Statements on a node's database, as administrator.
struct SqlStep {
  std::string machine;
  std::vector<std::string> statements;
  bool may_fail = false;
  friend bool operator==(const SqlStep&, const SqlStep&) = default;
};

// Writes a kernel file (cgroup attribute).
struct WriteStep {
  std::string path;
  std::string text;
  friend bool operator==(const WriteStep&, const WriteStep&) = default;
};

// Something that the driver does by name because it takes waiting and looking ("shrink_pool", "start_server").
struct ActionStep {
  std::string action;
  std::string machine;
  std::vector<std::string> arguments;
  friend bool operator==(const ActionStep&, const ActionStep&) = default;
};

using Step = std::variant<ExecStep, SpawnStep, KillStep, SqlStep, WriteStep, ActionStep>;

// One line for people: "on n2, leave running in group f1: stress-ng --cpu 3 …". Words with blanks are quoted.
std::string Describe(const Step& step);

// REQUIRES: every step of stop and restore may run again, and may run when the step that it undoes has not run: after a crash
// nobody knows how far the fault had come.
struct FaultPlan {
  std::vector<Step>
      prepare;  // changes that are not yet the fault (an index is built): neither normal nor anomalous
  std::vector<Step> start;  // the fault begins
  std::vector<Step> stop;   // ends the fault, in this order
  std::vector<Step>
      restore;  // brings back what prepare changed; also run when prepare failed half-way
  friend bool operator==(const FaultPlan&, const FaultPlan&) = default;
};

// JSON both ways, for the journal and the API; ParsePlan names the key that is wrong.
std::string PlanToJson(const FaultPlan& plan);
base::Result<FaultPlan> ParsePlan(std::string_view json, std::string_view file);

}  // namespace distdiag::inject

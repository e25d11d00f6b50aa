#include "lab/faults/lab_view.h"

#include "base/file_system.h"
#include "lab/server.h"

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

// A plan asks a node a few things and gives up at the first that stays without an answer: a node that hangs may not hold up a
// dry run, which a person waits for.
constexpr auto kLimit = std::chrono::seconds(3);

}  // namespace

RunningLabView::RunningLabView(const Layout& layout, const CgroupTrees& trees, base::Clock& clock)
    : layout_(layout), trees_(trees), clock_(clock) {}

bool RunningLabView::ServerRuns(const Machine& machine) {
  return Server(layout_, machine, trees_, clock_).Pid().has_value();
}

base::Result<std::string> RunningLabView::SqlValue(const Machine& machine,
                                                   const std::string& statement) {
  Server server(layout_, machine, trees_, clock_);
  ASSIGN_OR_RETURN(const sql::ResultSet rows, server.Ask(statement, kLimit));
  if (!rows.rows.empty() && !rows.rows[0].empty() && rows.rows[0][0]) return *rows.rows[0][0];
  return base::Fail(base::NotFound(
      fmt::format("{}: expected a value from {}, found none", machine.name, statement)));
}

base::Result<std::string> RunningLabView::ReadFile(const std::string& path) {
  return base::RealFileSystem().ReadFile(path);
}

base::Result<std::string> RunningLabView::Output(const std::vector<std::string>& argv) {
  return base::RunChecked(argv, kLimit);
}

}  // namespace distdiag::lab

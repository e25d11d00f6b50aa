#include "lab/workload/data.h"

#include "base/file_system.h"
#include "base/process.h"
#include "lab/workload/tpcc_random.h"

#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr base::Duration kPoll = std::chrono::milliseconds(200);
constexpr base::Duration kStopLimit = std::chrono::seconds(2);
constexpr base::Duration kConnectLimit = std::chrono::seconds(10);
constexpr const char* kHistoryIndex =
    "CREATE INDEX IF NOT EXISTS idx_h_customer ON history (h_c_w_id, h_c_d_id, h_c_id)";
constexpr std::size_t kQuoted = 400;  // characters of the tool's output in a message

std::string_view LineAt(std::string_view text, std::size_t at) {
  const std::size_t begin =
      text.rfind('\n', at) == std::string_view::npos ? 0 : text.rfind('\n', at) + 1;
  return text.substr(begin, std::min(text.find('\n', at), text.size()) - begin).substr(0, kQuoted);
}

using Words = std::vector<std::string>;

Words Arguments(const DataOptions& options, const Words& action) {
  const std::string warehouses = std::to_string(options.warehouses);
  Words argv = {options.go_tpc, "tpcc"};
  argv.insert(argv.end(), action.begin(), action.end());
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"-H", options.host},
                                                        {"-P", std::to_string(options.port)},
                                                        {"-U", options.endpoint.user},
                                                        {"-p", options.endpoint.password},
                                                        {"-D", options.endpoint.database},
                                                        {"--warehouses", warehouses},
                                                        {"-T", warehouses}}) {
    argv.push_back(name);
    argv.push_back(value);
  }
  return argv;
}

std::string Output(const DataOptions& options) {
  return base::RealFileSystem().ReadFile(options.log_path).value_or("");
}

base::Status RunGoTpc(const DataOptions& options, const Words& action, const DataProgress& progress,
                      base::Clock& clock, base::StopSignal& stop) {
  if (::access(options.go_tpc.c_str(), X_OK) != 0)
    return base::NotFound(
        fmt::format("go-tpc: expected a program, found none at \"{}\"", options.go_tpc));
  ::unlink(options.log_path.c_str());
  ASSIGN_OR_RETURN_STATUS(const pid_t tool,
                          base::SpawnProcess({.argv = Arguments(options, action),
                                              .log_path = options.log_path,
                                              .network_namespace = options.network_namespace,
                                              .cgroup_files = {},
                                              .working_directory = {}}));
  const std::uint64_t ticks = base::ProcessStartTicks(tool);
  const base::Timestamp deadline = clock.Now() + options.limit;
  while (base::ProcessAlive(tool, ticks)) {
    if (clock.Now() >= deadline || stop.requested()) {
      base::StopProcess(tool, ticks, kStopLimit);
      if (stop.requested())
        return base::Cancelled(fmt::format("go-tpc {}: stopped", action.front()));
      return base::Unavailable(
          fmt::format("go-tpc {}: expected an end within {:.0f} s, found none; its output is in {}",
                      action.front(), base::ToSeconds(options.limit), options.log_path));
    }
    progress(GoTpcProgress(Output(options), options.warehouses));
    clock.SleepUntil(clock.Now() + kPoll, stop);
  }
  return JudgeGoTpcOutput(Output(options));
}

}  // namespace

base::Status LoadData(const DataOptions& options, const DataProgress& progress, base::Clock& clock,
                      base::StopSignal& stop) {
  RETURN_IF_ERROR(RunGoTpc(options, {"prepare", "--no-check"}, progress, clock, stop));
  ASSIGN_OR_RETURN_STATUS(auto connection,
                          sql::Connection::Open(options.endpoint, kConnectLimit, clock));
  const auto indexed = connection->Query(kHistoryIndex, options.limit);
  if (!indexed) return indexed.error();
  // With the one condition (3.3.2.11) that holds only until the first order.
  RETURN_IF_ERROR(RunGoTpc(
      options, {"check", "--check-all"}, [](double) {}, clock, stop));
  progress(1);
  return base::OkStatus();
}

base::Status CheckData(const DataOptions& options, base::Clock& clock, base::StopSignal& stop) {
  return RunGoTpc(
      options, {"check"}, [](double) {}, clock, stop);
}

base::Status JudgeGoTpcOutput(std::string_view output) {
  if (const auto at = output.find(" at condition "); at != std::string_view::npos) {
    // "begin to check warehouse 1 at condition 3.3.2.1" is no failure, "check warehouse … failed …" is.
    for (auto found = at; found != std::string_view::npos;
         found = output.find(" at condition ", found + 1)) {
      const std::string_view line = LineAt(output, found);
      if (line.find("failed") != std::string_view::npos)
        return base::DataLoss(fmt::format("go-tpc: expected consistent data, found: {}", line));
    }
  }
  for (const std::string_view word :
       {"panic: ", "failed", "Failed", "a fatal occurred", "Error: "}) {
    if (const auto at = output.find(word); at != std::string_view::npos)
      return base::FailedPrecondition(fmt::format("go-tpc: {}", LineAt(output, at)));
  }
  if (output.find("Finished") != std::string_view::npos) return base::OkStatus();
  const std::size_t tail = output.size() - std::min(output.size(), kQuoted);
  return base::FailedPrecondition(fmt::format(
      "go-tpc: expected it to finish, found the end of its output: {}", output.substr(tail)));
}

double GoTpcProgress(std::string_view output, int warehouses) {
  constexpr std::string_view kBegun = "load to customer in warehouse";
  int districts = 0;
  for (auto at = output.find(kBegun); at != std::string_view::npos;
       at = output.find(kBegun, at + 1))
    ++districts;
  const double all = std::max(1, warehouses * kDistrictsOfWarehouse);
  return std::min(1.0, districts / all);
}

}  // namespace distdiag::lab

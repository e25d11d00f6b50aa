#include "lab/server.h"

#include "base/process.h"

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr auto kPause = std::chrono::milliseconds(200);
constexpr auto kAnswerLimit = std::chrono::seconds(3);
constexpr std::size_t kTailLines = 5;

std::string NameOf(pid_t pid) {
  base::RealFileSystem files;
  auto name = files.ReadFile(fmt::format("/proc/{}/comm", pid));
  if (!name) return "";
  while (!name->empty() && name->back() == '\n') name->pop_back();
  return *name;
}

}  // namespace

Server::Server(const Layout& layout, const Machine& machine, const CgroupTrees& trees,
               base::Clock& clock)
    : layout_(layout), system_(SystemOf(layout)), machine_(machine), trees_(trees), clock_(clock) {}

std::optional<pid_t> Server::Pid() const {
  for (const pid_t pid : GroupMembers(trees_, DatabaseGroup(layout_, machine_))) {
    // Its own helpers (wsrep_sst_rsync) run in the same group under other names.
    if (NameOf(pid) == system_.process() && base::ProcessAlive(pid, base::ProcessStartTicks(pid)))
      return pid;
  }
  return std::nullopt;
}

base::Status Server::Start(ServerStart how) {
  if (Pid()) return base::FailedPrecondition(machine_.name + ": its server runs already");
  base::RealFileSystem files;
  if (const std::string text = system_.ConfigText(layout_, machine_); !text.empty())
    RETURN_IF_ERROR(files.WriteFileAtomic(machine_.config, text));
  std::string position;
  if (how == ServerStart::kRejoin) {
    ASSIGN_OR_RETURN_STATUS(position, RecoverPosition());
  }
  ASSIGN_OR_RETURN_STATUS(
      const pid_t pid,
      base::SpawnProcess({.argv = system_.StartCommand(layout_, machine_, how, position),
                          .log_path = layout_.run_directory() + "/" + machine_.name + ".out",
                          .network_namespace = Layout::NetnsPath(machine_.netns),
                          .cgroup_files = GroupProcsFiles(trees_, DatabaseGroup(layout_, machine_)),
                          .working_directory = machine_.mount}));
  return files.WriteFileAtomic(machine_.pid_file, fmt::format("{}\n", pid));
}

base::Result<std::string> Server::RecoverPosition() {
  const std::string log = layout_.run_directory() + "/" + machine_.name + ".recover";
  const Argv argv = system_.RecoverCommand(machine_, log);
  if (argv.empty()) return std::string();
  unlink(log.c_str());
  ASSIGN_OR_RETURN(
      const pid_t pid,
      base::SpawnProcess({.argv = argv,
                          .log_path = {},
                          .network_namespace = Layout::NetnsPath(machine_.netns),
                          .cgroup_files = GroupProcsFiles(trees_, DatabaseGroup(layout_, machine_)),
                          .working_directory = machine_.mount}));
  const std::uint64_t ticks = base::ProcessStartTicks(pid);
  base::StopSignal never;
  const base::Timestamp latest = clock_.Now() + std::chrono::minutes(2);
  while (base::ProcessAlive(pid, ticks)) {
    if (clock_.Now() >= latest) {
      base::StopProcess(pid, ticks, std::chrono::seconds(5));
      return base::Fail(base::Unavailable(
          machine_.name + ": the recovery of its position took more than 2 minutes"));
    }
    clock_.SleepUntil(clock_.Now() + kPause, never);
  }
  base::RealFileSystem files;
  ASSIGN_OR_RETURN(const std::string text, files.ReadFile(log));
  return ParseRecoveredPosition(text);
}

base::Status Server::WaitReady(base::Duration limit, base::StopSignal& stop) {
  return WaitReady(system_.ClusterSize(layout_), limit, stop);
}

base::Status Server::WaitReady(int size, base::Duration limit, base::StopSignal& stop) {
  base::RealFileSystem files;
  const base::Timestamp latest = clock_.Now() + limit;
  NodeState last;
  while (clock_.Now() < latest) {
    if (stop.requested()) return base::Cancelled("interrupted");
    if (!Pid()) {
      const auto log = files.ReadFile(machine_.log);
      return base::Unavailable(fmt::format("{}: its server ended. Its log says: {}", machine_.name,
                                           log ? LogTail(*log) : "(nothing)"));
    }
    last = State();
    if (last.ReadyWith(size)) return base::OkStatus();
    clock_.SleepUntil(clock_.Now() + kPause, stop);
  }
  return base::Unavailable(
      fmt::format("{}: expected {} within {:.0f} s, found {}; its log is {}", machine_.name,
                  StateText(system_, system_.ready_word(), size), base::ToSeconds(limit),
                  StateText(system_, last.state, last.cluster_size), machine_.log));
}

base::Status Server::Stop(base::Duration limit) {
  const auto pid = Pid();
  if (!pid) return base::OkStatus();
  if (base::StopProcess(*pid, base::ProcessStartTicks(*pid), limit)) return base::OkStatus();
  return base::Unavailable(
      fmt::format("{}: process {} ({}) does not end", machine_.name, *pid, system_.process()));
}

base::Result<sql::ResultSet> Server::Ask(std::string_view statement, base::Duration limit) {
  sql::Endpoint endpoint;
  endpoint.socket = machine_.socket;
  endpoint.user = "root";
  endpoint.tls = sql::TlsMode::kOff;
  const base::Timestamp latest = clock_.Now() + limit;
  ASSIGN_OR_RETURN(
      const auto connection,
      sql::Connection::Open(endpoint, std::min<base::Duration>(limit, kAnswerLimit), clock_));
  return connection->Query(statement, latest - clock_.Now());
}

NodeState Server::State() {
  const auto rows = Ask(system_.StateStatement(), kAnswerLimit);
  return rows ? system_.ReadState(*rows) : NodeState();
}

base::Result<std::string> ParseRecoveredPosition(std::string_view log) {
  constexpr std::string_view kMark = "Recovered position:";
  const auto at = log.rfind(kMark);
  if (at == std::string_view::npos)
    return base::Fail(base::NotFound("expected \"Recovered position:\" in the log, found none"));
  std::string_view rest = log.substr(at + kMark.size());
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  // "uuid:seqno" or "uuid:seqno,domain-server-seqno"
  const std::string position(rest.substr(0, rest.find_first_of(" ,\r\n\t")));
  if (position.find(':') == std::string::npos)
    return base::Fail(base::DataLoss(
        fmt::format("expected a position uuid:seqno in the log, found \"{}\"", position)));
  return position;
}

std::string LogTail(std::string_view log) {
  std::vector<std::string> all, errors;
  std::istringstream lines{std::string(log)};
  std::string line;
  while (std::getline(lines, line)) {
    if (line.empty()) continue;
    all.push_back(line);
    // MariaDB's and OceanBase's way.
    if (line.find("[ERROR]") != std::string::npos || line.find("] ERROR ") != std::string::npos)
      errors.push_back(line);
  }
  const std::vector<std::string>& chosen = errors.empty() ? all : errors;
  const std::size_t from = chosen.size() > kTailLines ? chosen.size() - kTailLines : 0;
  std::string text;
  for (std::size_t i = from; i < chosen.size(); ++i)
    text += (text.empty() ? "" : " | ") + chosen[i];
  return text;
}

}  // namespace distdiag::lab

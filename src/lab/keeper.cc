#include "lab/keeper.h"

#include "base/logging.h"

#include <algorithm>
#include <utility>

namespace distdiag::lab {
namespace {

constexpr base::Duration kInterval = std::chrono::seconds(1);
constexpr base::Duration kLongRun = std::chrono::seconds(10);
constexpr base::Duration kFirstPause = std::chrono::seconds(1);
constexpr base::Duration kLongestPause = std::chrono::seconds(30);
constexpr auto kStopLimit = std::chrono::seconds(3);

// "lab load … n1" of a command line, for the log.
std::string NameOf(const base::SpawnOptions& options) {
  std::string name;
  for (std::size_t i = 1; i < options.argv.size() && i < 7; ++i)
    name += (name.empty() ? "" : " ") + options.argv[i];
  return name;
}

}  // namespace

ProcessControl RealProcesses() {
  return {.start = [](const base::SpawnOptions& options) { return base::SpawnProcess(options); },
          .alive = [](pid_t pid, std::uint64_t ticks) { return base::ProcessAlive(pid, ticks); },
          .start_ticks = [](pid_t pid) { return base::ProcessStartTicks(pid); },
          .stop =
              [](pid_t pid, std::uint64_t ticks) {
                if (!base::StopProcess(pid, ticks, kStopLimit))
                  base::Log(base::LogLevel::kError, "process_does_not_end", {{"pid", pid}});
              }};
}

Keeper::Keeper(KeeperOptions options, ProcessControl processes, base::Clock& clock)
    : processes_(std::move(processes)),
      each_second_(std::move(options.each_second)),
      clock_(clock) {
  for (base::SpawnOptions& one : options.workload)
    kept_.push_back({.options = std::move(one), .started = {}, .next = {}});
}

void Keeper::Look(Kept& kept) {
  const base::Timestamp now = clock_.Now();
  if (kept.pid != 0) {
    if (processes_.alive(kept.pid, kept.ticks)) return;
    const bool ran_long = now - kept.started >= kLongRun;
    kept.pause = ran_long || kept.pause == base::Duration(0)
                     ? kFirstPause
                     : std::min(kept.pause * 2, kLongestPause);
    kept.next = now + kept.pause;
    kept.pid = 0;
    base::Log(base::LogLevel::kWarning, "workload_ended",
              {{"command", NameOf(kept.options)}, {"again_in_s", base::ToSeconds(kept.pause)}});
  }
  if (now < kept.next) return;
  const auto pid = processes_.start(kept.options);
  kept.started = now;
  if (pid) {
    kept.pid = *pid;
    kept.ticks = processes_.start_ticks(*pid);
    base::Log(base::LogLevel::kInfo, "workload_started",
              {{"command", NameOf(kept.options)}, {"pid", *pid}});
    return;
  }
  kept.pause =
      kept.pause == base::Duration(0) ? kFirstPause : std::min(kept.pause * 2, kLongestPause);
  kept.next = now + kept.pause;
  base::Log(base::LogLevel::kError, "workload_can_not_start",
            {{"command", NameOf(kept.options)}, {"error", pid.error().message()}});
}

void Keeper::Run(base::StopSignal& stop) {
  while (!stop.requested()) {
    for (Kept& kept : kept_) Look(kept);
    if (each_second_) each_second_();
    clock_.SleepUntil(clock_.Now() + kInterval, stop);
  }
  for (Kept& kept : kept_) {
    if (kept.pid != 0) processes_.stop(kept.pid, kept.ticks);
  }
}

}  // namespace distdiag::lab

#include "collect/host/machine_reader.h"

#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

namespace distdiag::collect {
namespace {

using Counter = HostCounter;
using Gauge = HostGauge;

// Positions in CpuTicks. Guest time is part of user time already; stolen time is nobody's here.
enum : std::size_t { kUser, kNice, kSystem, kIdle, kIowait, kIrq, kSoftirq };

constexpr double kMbPerKib = 1024 / 1e6;

}  // namespace

std::optional<CpuTicks> MachineReader::ReadTicks(std::vector<std::string>& limits) {
  const base::Status status = files_.Read(procfs_ + "/stat", text_);
  const auto ticks = status.ok() ? ParseCpuTicks(text_) : std::nullopt;
  if (!ticks) {
    limits.push_back(status.ok() ? procfs_ + "/stat: expected a line \"cpu\": no values of CPU"
                                 : status.message() + ": no values of CPU");
  }
  return ticks;
}

void MachineReader::ReadBox(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  const auto ticks = ReadTicks(limits);
  if (!ticks) return;
  const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  snapshot[Counter::kBoxIdle] = static_cast<double>((*ticks)[kIdle]) / per_second;
  snapshot[Counter::kBoxIowait] = static_cast<double>((*ticks)[kIowait]) / per_second;
}

void MachineReader::Read(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  if (const auto ticks = ReadTicks(limits)) {
    const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    const CpuTicks& t = *ticks;
    snapshot[Counter::kCpuUser] = static_cast<double>(t[kUser] + t[kNice]) / per_second;
    snapshot[Counter::kCpuSys] =
        static_cast<double>(t[kSystem] + t[kIrq] + t[kSoftirq]) / per_second;
    snapshot[Counter::kCpuTotal] = snapshot[Counter::kCpuUser] + snapshot[Counter::kCpuSys];
    snapshot[Counter::kCpuThrottled] = 0;
    snapshot[Counter::kCpuThrottledPeriods] = 0;
    snapshot[Counter::kBoxIdle] = static_cast<double>(t[kIdle]) / per_second;
    snapshot[Counter::kBoxIowait] = static_cast<double>(t[kIowait]) / per_second;
  }
  ReadPressure(snapshot, limits);
  ReadMemory(snapshot, limits);
  // "0.41 0.47 0.36 1/91 14867": the fourth is running/all threads.
  if (files_.Read(procfs_ + "/loadavg", text_).ok()) {
    const std::string_view text = text_;
    const std::size_t slash = text.find('/');
    std::string_view rest = slash == std::string_view::npos ? "" : text.substr(slash + 1);
    if (const auto threads = ParseUnsigned(TakeField(rest)))
      snapshot[Gauge::kThreads] = static_cast<double>(*threads);
  }
}

void MachineReader::ReadPressure(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  struct Resource {
    std::string_view file;
    Counter some, full;
  };
  constexpr Resource kResources[] = {
      {"cpu", Counter::kPsiCpuSome, Counter::kPsiCpuFull},
      {"io", Counter::kPsiIoSome, Counter::kPsiIoFull},
      {"memory", Counter::kPsiMemorySome, Counter::kPsiMemoryFull},
  };
  std::string missing;
  for (const Resource& resource : kResources) {
    const base::Status status =
        files_.Read(fmt::format("{}/pressure/{}", procfs_, resource.file), text_);
    if (!status.ok()) {
      missing = status.message();
      continue;
    }
    const Pressure pressure = ParsePressure(text_);
    if (pressure.some_us) snapshot[resource.some] = static_cast<double>(*pressure.some_us) / 1e6;
    if (pressure.full_us) snapshot[resource.full] = static_cast<double>(*pressure.full_us) / 1e6;
  }
  if (!missing.empty()) {
    limits.push_back(missing + ": pressure is missing (the kernel needs CONFIG_PSI and psi=1)");
  }
}

void MachineReader::ReadMemory(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  if (base::Status status = files_.Read(procfs_ + "/meminfo", text_); status.ok()) {
    const auto total = FindValue(text_, "MemTotal:");
    const auto free = FindValue(text_, "MemFree:");
    if (total && free && *free <= *total)
      snapshot[Gauge::kMemoryMb] = static_cast<double>(*total - *free) * kMbPerKib;
    if (const auto anonymous = FindValue(text_, "AnonPages:"))
      snapshot[Gauge::kMemoryRssMb] = static_cast<double>(*anonymous) * kMbPerKib;
  } else {
    limits.push_back(status.message() + ": no values of memory");
  }
  if (base::Status status = files_.Read(procfs_ + "/vmstat", text_); status.ok()) {
    if (const auto faults = FindValue(text_, "pgfault"))
      snapshot[Counter::kPageFaults] = static_cast<double>(*faults);
    if (const auto faults = FindValue(text_, "pgmajfault"))
      snapshot[Counter::kMajorPageFaults] = static_cast<double>(*faults);
  } else {
    limits.push_back(status.message() + ": no page faults");
  }
}

}  // namespace distdiag::collect

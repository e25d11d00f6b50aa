// CPU, pressure, memory and threads of the whole machine, from /proc.
//
// Thread: single (owner: its probe). Cost: seven files; /proc/stat is the dearest, for the kernel sums its interrupts.
#pragma once

#include "collect/host/host_files.h"
#include "collect/host/host_rates.h"
#include "collect/host/proc_text.h"

#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

class MachineReader {
 public:
  // `files` outlives it.
  MachineReader(std::string procfs, HostFiles& files) : procfs_(std::move(procfs)), files_(files) {}

  // Fills what is there; what is not is one sentence each in `limits`. A machine has no CPU quota: throttling is 0.
  void Read(HostSnapshot& snapshot, std::vector<std::string>& limits);
  // Only kBoxIdle and kBoxIowait.
  void ReadBox(HostSnapshot& snapshot, std::vector<std::string>& limits);

 private:
  std::optional<CpuTicks> ReadTicks(std::vector<std::string>& limits);
  void ReadPressure(HostSnapshot& snapshot, std::vector<std::string>& limits);
  void ReadMemory(HostSnapshot& snapshot, std::vector<std::string>& limits);

  const std::string procfs_;
  HostFiles& files_;
  std::string text_;
};

}  // namespace distdiag::collect

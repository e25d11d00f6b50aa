// Traffic of a network namespace's interfaces, and its TCP counters.
//
// Thread: single (owner: its probe). Cost: three files of up to 5 KiB.
#pragma once

#include "collect/host/host_files.h"
#include "collect/host/host_rates.h"

#include <string>
#include <vector>

namespace distdiag::collect {

class NetworkReader {
 public:
  // `interfaces` are summed; none named = all physical ones (IsPhysicalInterface). `files` outlives it.
  NetworkReader(std::vector<std::string> interfaces, HostFiles& files)
      : interfaces_(std::move(interfaces)), files_(files) {}

  // `folder` = "/proc/net" or "/proc/<pid>/net". Fills what is there; what is not is one sentence each in `limits`.
  void Read(const std::string& folder, HostSnapshot& snapshot, std::vector<std::string>& limits);

 private:
  void ReadInterfaces(const std::string& folder, HostSnapshot& snapshot,
                      std::vector<std::string>& limits);
  void ReadTcp(const std::string& folder, HostSnapshot& snapshot, std::vector<std::string>& limits);

  const std::vector<std::string> interfaces_;
  HostFiles& files_;
  std::string text_;
};

}  // namespace distdiag::collect

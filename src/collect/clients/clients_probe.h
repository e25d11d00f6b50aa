// What a node's clients see, from the small Prometheus text file that they write each second.
//
// Why so: throughput and latency as the users have them are known to the clients only; a file needs no port, no protocol and no
// client that waits for us, and any load generator can write it (docs/collectors.md). Its writer replaces it atomically.
// Thread: single (owner: the live source's thread for this probe). Cost: one read of a file of 1 KiB.
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "collect/probe.h"

#include <string>

namespace distdiag::collect {

struct ClientsProbeOptions {
  std::string node;  // samples with a label node="…" of another node are left out
  std::string path;
};

class ClientsProbe final : public Probe {
 public:
  // Older than this: the clients have stopped reporting. What was read before gives a reading without values.
  static constexpr base::Duration kOldest = std::chrono::seconds(3);

  // `files` and `clock` outlive it.
  ClientsProbe(ClientsProbeOptions options, const base::FileSystem& files,
               const base::Clock& clock);

  std::string_view kind() const override { return "clients"; }
  // `time` of the reading is when the clients wrote. Unavailable when there is no file or when it is old, InvalidArgument
  // when it is not in the format or has no time. A local file does not hang: `deadline` is not needed.
  base::Result<ProbeReading> Read(base::Timestamp deadline) override;

 private:
  const ClientsProbeOptions options_;
  const base::FileSystem& files_;
  const base::Clock& clock_;
  base::Timestamp last_written_;  // epoch = none yet
};

}  // namespace distdiag::collect

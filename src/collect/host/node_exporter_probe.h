// One remote node's host, asked from the node_exporter that runs there.
//
// Why so: many sites have node_exporter on every machine already, and its counters are the kernel's; they are given the names
// and units of the recorded columns (docs/metrics.md), so that the same models and detectors serve. Rates are over the
// exporter's own clock (node_time_seconds): a slow network does not bend them.
// It knows machines, not databases: h_up, h_cpu_db and h_cpu_ext stay absent.
// Thread: single (owner: the live source's thread for this probe). Cost: one HTTP request, some 60 to 200 KiB of text; 58 KiB in
// 0.1 ms (host_probe_bench).
#pragma once

#include "base/clock.h"
#include "base/http_transport.h"
#include "collect/host/host_rates.h"
#include "collect/probe.h"

#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

struct NodeExporterOptions {
  std::string node;
  std::string url;                      // "http://10.0.0.11:9100/metrics"
  std::vector<std::string> devices;     // "sda"; empty = all physical disks, summed
  std::vector<std::string> interfaces;  // "eth0"; empty = all physical ones, summed
  std::string mount_point;              // of the data, for h_disk_used_pct; empty = not measured
};

// An answer as a host's counters. InvalidArgument names the line that is wrong. What is missing is one sentence each in `limits`.
base::Result<HostSnapshot> ReadNodeExporter(std::string_view text,
                                            const NodeExporterOptions& options,
                                            std::vector<std::string>& limits);

class NodeExporterProbe final : public Probe {
 public:
  // `transport` and `clock` outlive it.
  NodeExporterProbe(NodeExporterOptions options, base::HttpTransport& transport,
                    const base::Clock& clock);

  std::string_view kind() const override { return "node_exporter"; }
  base::Result<ProbeReading> Read(base::Timestamp deadline) override;

 private:
  const NodeExporterOptions options_;
  base::HttpTransport& transport_;
  const base::Clock& clock_;
  HostRates rates_;
};

}  // namespace distdiag::collect

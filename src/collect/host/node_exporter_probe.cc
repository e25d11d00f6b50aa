#include "collect/host/node_exporter_probe.h"

#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::size_t kMostBytes = 8 * 1024 * 1024;  // a machine with hundreds of CPUs and devices

}  // namespace

NodeExporterProbe::NodeExporterProbe(NodeExporterOptions options, base::HttpTransport& transport,
                                     const base::Clock& clock)
    : options_(std::move(options)), transport_(transport), clock_(clock) {}

base::Result<ProbeReading> NodeExporterProbe::Read(base::Timestamp deadline) {
  const base::Timestamp asked = clock_.Now();
  if (asked >= deadline) {
    return base::Fail(base::Unavailable("node_exporter: no time left to ask before the deadline"));
  }
  const auto fail = [&](base::Status status) {
    rates_.Forget();
    return base::Fail(std::move(status));
  };
  const auto response = transport_.Send({.method = "GET",
                                         .url = options_.url,
                                         .headers = {{"Accept", "text/plain;version=0.0.4"}},
                                         .body = {},
                                         .timeout = deadline - asked,
                                         .max_body_bytes = kMostBytes});
  if (!response) {
    return fail(base::Status(
        response.error().code(),
        fmt::format("node_exporter does not answer: {}: does it run, may this machine reach it?",
                    response.error().message())));
  }
  if (response->status != 200) {
    return fail(base::Unavailable(
        fmt::format("node_exporter: expected the status 200, found {}: is its path /metrics?",
                    response->status)));
  }
  if (response->body_truncated) {
    return fail(base::InvalidArgument(
        fmt::format("node_exporter: expected at most {} bytes, found more", kMostBytes)));
  }
  const base::Timestamp answered = clock_.Now();
  ProbeReading reading{
      .time = asked + (answered - asked) / 2, .values = {}, .changes = {}, .limits = {}};
  auto snapshot = ReadNodeExporter(response->body, options_, reading.limits);
  if (!snapshot) return fail(base::InvalidArgument("node_exporter: " + snapshot.error().message()));
  if (snapshot->time_s == 0) snapshot->time_s = base::ToUnixSeconds(reading.time);
  reading.values = rates_.Derive(*snapshot, RestOfCpu::kRemainder);
  if (reading.values.empty()) {
    return fail(
        base::InvalidArgument("node_exporter: expected metrics named node_*, found none: is it "
                              "another exporter's port?"));
  }
  return reading;
}

}  // namespace distdiag::collect

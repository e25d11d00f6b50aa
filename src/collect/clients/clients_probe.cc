#include "collect/clients/clients_probe.h"

#include "base/prometheus_text.h"
#include "domain/metric_catalogue.h"

#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::string_view kPrefix = "distdiag_client_";
constexpr std::string_view kTime = "time_seconds";

// Behind the prefix -> our metric. The clients' rates are already per second.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames{{
    {"threads", "c_threads"},
    {"transactions_per_second", "c_tps"},
    {"queries_per_second", "c_qps"},
    {"reads_per_second", "c_rps"},
    {"writes_per_second", "c_wps"},
    {"latency_p95_ms", "c_p95_ms"},
    {"errors_per_second", "c_err"},
    {"reconnects_per_second", "c_reconn"},
}};

struct ClientsFile {
  std::array<std::optional<double>, kNames.size()> values;
  std::optional<double> time_s;
};

void Take(const base::PrometheusSample& sample, ClientsFile& file) {
  const std::string_view name = sample.name.substr(kPrefix.size());
  if (name == kTime) file.time_s = sample.value;
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i].first && std::isfinite(sample.value)) file.values[i] = sample.value;
}

base::Result<ClientsFile> Parse(std::string_view text, std::string_view node) {
  ClientsFile file;
  base::PrometheusText reader(text);
  base::PrometheusSample sample;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(sample));
    if (!more) return file;
    const auto label = sample.Label("node");
    if (sample.name.starts_with(kPrefix) && (!label || *label == node)) Take(sample, file);
  }
}

}  // namespace

ClientsProbe::ClientsProbe(ClientsProbeOptions options, const base::FileSystem& files,
                           const base::Clock& clock)
    : options_(std::move(options)), files_(files), clock_(clock) {}

base::Result<ProbeReading> ClientsProbe::Read(base::Timestamp) {
  const auto text = files_.ReadFile(options_.path);
  if (!text) {
    return base::Fail(base::Unavailable(fmt::format(
        "clients do not report: expected the file they write each second, found {}: do they run?",
        text.error().message())));
  }
  auto parsed = Parse(*text, options_.node);
  if (!parsed) {
    return base::Fail(
        base::InvalidArgument(fmt::format("{}: {}", options_.path, parsed.error().message())));
  }
  if (!parsed->time_s || !(*parsed->time_s >= 0 && *parsed->time_s < 1e11)) {
    return base::Fail(base::InvalidArgument(fmt::format(
        "{}: expected {}{} <seconds since 1970> of node {}, found {}", options_.path, kPrefix,
        kTime, options_.node, parsed->time_s ? fmt::format("{}", *parsed->time_s) : "none")));
  }
  const base::Timestamp written = base::TimestampFromSeconds(*parsed->time_s);
  const base::Duration age = clock_.Now() - written;
  if (age > kOldest) {
    return base::Fail(base::Unavailable(
        fmt::format("clients stopped reporting: {} was written at {}, expected each second",
                    options_.path, base::ToRfc3339(written))));
  }
  ProbeReading reading{.time = written, .values = {}, .changes = {}, .limits = {}};
  if (written == last_written_)
    return reading;  // a moment late; the next look finds the next report
  last_written_ = written;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto metric = domain::FindMetric(kNames[i].second);
    if (metric && parsed->values[i])
      reading.values.push_back({*metric, static_cast<float>(*parsed->values[i])});
  }
  return reading;
}

}  // namespace distdiag::collect

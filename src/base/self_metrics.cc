#include "base/self_metrics.h"

#include <fmt/format.h>

namespace distdiag::base {
namespace {

std::string RenderLabels(const SelfMetrics::Labels& labels) {
  if (labels.empty()) return {};
  std::string out = "{";
  for (const auto& [name, value] : labels) {
    if (out.size() > 1) out += ',';
    out += name;
    out += "=\"";
    for (const char c : value) {
      if (c == '\\' || c == '"') out += '\\';
      if (c == '\n') {
        out += "\\n";
      } else {
        out += c;
      }
    }
    out += '"';
  }
  return out + "}";
}

template <typename Families>
void WriteFamilies(std::string& out, const Families& families, const char* type) {
  for (const auto& [name, family] : families) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, type);
    for (const auto& [labels, metric] : family.by_labels) {
      out += fmt::format("{}{} {}\n", name, labels, metric.value());
    }
  }
}

}  // namespace

Counter& SelfMetrics::GetCounter(const std::string& name, const std::string& help,
                                 const Labels& labels) {
  MutexLock lock(mutex_);
  auto& family = counters_[name];
  family.help = help;
  return family.by_labels[RenderLabels(labels)];
}

Gauge& SelfMetrics::GetGauge(const std::string& name, const std::string& help,
                             const Labels& labels) {
  MutexLock lock(mutex_);
  auto& family = gauges_[name];
  family.help = help;
  return family.by_labels[RenderLabels(labels)];
}

std::string SelfMetrics::WriteText() const {
  MutexLock lock(mutex_);
  std::string out;
  WriteFamilies(out, counters_, "counter");
  WriteFamilies(out, gauges_, "gauge");
  return out;
}

}  // namespace distdiag::base

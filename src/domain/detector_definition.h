// What an analyst sets of the detectors: which of them watches which series, and how strictly.
//
// Why so: one list for everything, read from top to bottom. The last definition that fits a series is the series' own (as in a .gitignore); what it
// does not say it takes from the definition that it inherits from, at last from the detector's standard. So a base, a metric class and a
// single selector are the same thing, and what differs is what is written down.
// Rules (static thresholds) are the exception: every rule that fits a series watches it.
// Thread: value.
#pragma once

#include "base/status.h"
#include "domain/alarm.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::domain {

// A parameter in the analyst's words.
struct DetectorParameter {
  std::string_view name;  // "band_width"
  std::string_view
      unit;          // "ticks", "usual changes", "metric" (the watched metric's own), "" = none
  double least = 0;  // inclusive bounds
  double most = 0;
  double standard = 0;  // NaN = not set
  bool is_whole = false;
  std::string_view label_en, label_zh;
  std::string_view effect_en, effect_zh;  // what more of it does
};

// In the order in which they are shown; empty for a kind that can't be set.
std::span<const DetectorParameter> ParametersOf(DetectorKind kind);

struct DetectorDefinition {
  std::string name;  // unique; letters, digits, '_', '-', '.'
  DetectorKind kind = DetectorKind::kRecent;
  std::string inherits;  // an earlier definition of the same kind; empty = the detector's standard
  bool enabled = true;   // false: what it fits is not watched by this kind
  // Whom it fits: of each that is given one has to match; all empty = everything.
  std::vector<std::string> groups;           // "cpu"
  std::vector<std::string> metrics;          // "h_cpu_ext"
  std::vector<std::string> nodes;            // "n1"
  std::map<std::string, double> parameters;  // only what differs

  bool operator==(const DetectorDefinition&) const = default;
};
using DetectorDefinitions = std::vector<DetectorDefinition>;

// One definition a kind that can be set (no rules), at its standard, for everything: what is at work when nothing was changed.
DetectorDefinitions ShippedDetectors();

// InvalidArgument names definition and key, what was expected and what was found: unknown kind, metric, group or parameter, a value out of its
// bounds, a name twice, an heir before or of another kind than what it inherits from, a rule without threshold, more than 500 definitions.
base::Status CheckDetectors(const DetectorDefinitions& definitions);

// {"detectors": [{"name", "kind", "inherits"?, "enabled"?, "groups"?, "metrics"?, "nodes"?, "parameters"?}]}, checked. `what` begins the error text.
base::Result<DetectorDefinitions> ParseDetectors(std::string_view json, std::string_view what);
// The same, but not checked: for what is told of the past, which another catalogue may have allowed.
base::Result<DetectorDefinitions> ReadDetectors(std::string_view json, std::string_view what);
std::string DetectorsToJson(const DetectorDefinitions& definitions);

// By position in ParametersOf(definition's kind), with all that is inherited. REQUIRES: CheckDetectors(definitions).ok().
std::vector<double> EffectiveParameters(const DetectorDefinitions& definitions,
                                        const DetectorDefinition& definition);

// Whether the definition watches (or leaves out) this metric of the node of this name.
bool Fits(const DetectorDefinition& definition, MetricId metric, std::string_view node);

}  // namespace distdiag::domain

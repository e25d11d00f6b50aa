#include "serve/drill_body.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::serve {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxName = 100;
constexpr std::size_t kMaxFaults = 8;
constexpr double kLeastDuration_s = 5;
constexpr double kMostDuration_s = 600;

template <typename... Args>
tl::unexpected<base::Status> Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return base::Fail(base::InvalidArgument(fmt::format(format, std::forward<Args>(args)...)));
}

base::Result<std::string> ReadName(const json::value& value, std::string_view key) {
  const json::string* text = value.if_string();
  if (text == nullptr || text->empty() || text->size() > kMaxName)
    return Wrong("{}: expected a name of 1 to {} bytes, found something else", key, kMaxName);
  return std::string(text->data(), text->size());
}

base::Result<double> ReadNumber(const json::value& value, std::string_view key) {
  json::error_code error;
  const auto number = value.to_number<double>(error);
  if (error || !std::isfinite(number))
    return Wrong("{}: expected a number, found another type", key);
  return number;
}

base::Result<inject::Strength> ReadStrength(const json::value& value) {
  ASSIGN_OR_RETURN(const std::string name, ReadName(value, "strength"));
  using enum inject::Strength;
  // inject::StrengthName is the other direction of this.
  if (name == "low") return kLow;
  if (name == "medium") return kMedium;
  if (name == "high") return kHigh;
  return Wrong("strength: expected low, medium or high, found \"{}\"", name.substr(0, 40));
}

std::string_view Shown(json::string_view key) {
  return {key.data(), std::min<std::size_t>(key.size(), 40)};
}

base::Result<NewFault> ReadFault(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return Wrong("faults: expected objects with \"kind\"");
  NewFault fault;
  for (const auto& [key, member] : *object) {
    if (key == "kind") {
      ASSIGN_OR_RETURN(fault.kind, ReadName(member, "kind"));
    } else if (key == "node") {
      ASSIGN_OR_RETURN(fault.node, ReadName(member, "node"));
    } else if (key == "strength") {
      ASSIGN_OR_RETURN(fault.strength, ReadStrength(member));
    } else if (key == "number") {
      ASSIGN_OR_RETURN(fault.number, ReadNumber(member, "number"));
    } else {
      return Wrong("faults: expected only kind, node, strength, number, found \"{}\"", Shown(key));
    }
  }
  if (fault.kind.empty()) return Wrong("faults: expected \"kind\", found none");
  if (fault.strength && fault.number)
    return Wrong("faults: expected strength or number, found both");
  return fault;
}

base::Result<std::vector<NewFault>> ReadFaults(const json::value& value) {
  const json::array* array = value.if_array();
  if (array == nullptr || array->empty() || array->size() > kMaxFaults)
    return Wrong("faults: expected a list of 1 to {} faults", kMaxFaults);
  std::vector<NewFault> faults;
  for (const json::value& one : *array) {
    ASSIGN_OR_RETURN(NewFault fault, ReadFault(one));
    faults.push_back(std::move(fault));
  }
  return faults;
}

base::Status ReadMember(json::string_view key, const json::value& member, NewDrill& drill) {
  if (key == "suite") {
    ASSIGN_OR_RETURN_STATUS(drill.suite, ReadName(member, "suite"));
  } else if (key == "faults") {
    ASSIGN_OR_RETURN_STATUS(drill.faults, ReadFaults(member));
  } else if (key == "duration_s") {
    ASSIGN_OR_RETURN_STATUS(drill.duration_s, ReadNumber(member, "duration_s"));
  } else {
    return base::InvalidArgument(
        fmt::format("body: expected only suite, faults, duration_s, found \"{}\"", Shown(key)));
  }
  return base::OkStatus();
}

template <typename T>
std::string Names(const std::vector<T>& all) {
  std::string names;
  for (const T& one : all) names += (names.empty() ? "" : ", ") + one.name;
  return names;
}

base::Result<double> NumberOf(const NewFault& fault, const inject::FaultKind& kind) {
  if (kind.parameter.empty()) {
    if (fault.number && *fault.number != 0)
      return Wrong("number: expected none for {}, found {:g}", kind.name, *fault.number);
    return 0;
  }
  if (!fault.number) {
    switch (fault.strength.value_or(inject::Strength::kMedium)) {
      case inject::Strength::kLow: return kind.low;
      case inject::Strength::kMedium: return kind.medium;
      case inject::Strength::kHigh: return kind.high;
    }
  }
  if (*fault.number < kind.least || *fault.number > kind.most) {
    return Wrong("number: expected {:g} to {:g} {} for {}, found {:g}", kind.least, kind.most,
                 kind.parameter, kind.name, *fault.number);
  }
  return *fault.number;
}

base::Result<inject::FaultSpec> FitFault(const NewFault& fault,
                                         const std::vector<inject::FaultKind>& kinds,
                                         const std::vector<std::string>& targets) {
  const auto kind = std::ranges::find(kinds, fault.kind, &inject::FaultKind::name);
  if (kind == kinds.end())
    return Wrong("kind: expected one of {}, found \"{}\"", Names(kinds), fault.kind);
  if (!kind->unavailable.empty()) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{} can't be done here: {}", kind->name, kind->unavailable)));
  }
  if (kind->scope == domain::ProblemScope::kCluster && !fault.node.empty())
    return Wrong("node: expected none, for {} concerns the whole cluster, found \"{}\"", kind->name,
                 fault.node);
  if (kind->scope == domain::ProblemScope::kNode &&
      std::ranges::find(targets, fault.node) == targets.end()) {
    return Wrong("node: expected one of {} for {}, found \"{}\"", fmt::join(targets, ", "),
                 kind->name, fault.node);
  }
  ASSIGN_OR_RETURN(const double number, NumberOf(fault, *kind));
  return inject::FaultSpec{.kind = kind->name, .node = fault.node, .number = number};
}

}  // namespace

base::Result<NewDrill> ParseNewDrill(std::string_view body) {
  json::error_code error;
  const json::value root = json::parse(json::string_view(body.data(), body.size()), error);
  if (error) return Wrong("body: expected JSON, found: {}", error.message());
  const json::object* object = root.if_object();
  if (object == nullptr) return Wrong("body: expected a JSON object with \"suite\" or \"faults\"");
  NewDrill drill;
  for (const auto& [key, member] : *object) RETURN_FAIL_IF_ERROR(ReadMember(key, member, drill));
  if (drill.suite.empty() == drill.faults.empty())
    return Wrong("body: expected either suite or faults, found {}",
                 drill.suite.empty() ? "none" : "both");
  if (!(drill.duration_s >= kLeastDuration_s && drill.duration_s <= kMostDuration_s)) {
    return Wrong("duration_s: expected {:g} to {:g} seconds, found {:g}", kLeastDuration_s,
                 kMostDuration_s, drill.duration_s);
  }
  return drill;
}

base::Result<DrillRequest> FitToControl(const NewDrill& wanted, const DrillControl& control) {
  DrillRequest request{.suite = wanted.suite, .faults = {}, .duration_s = wanted.duration_s};
  if (!wanted.suite.empty()) {
    const std::vector<DrillSuite> suites = control.Suites();
    if (std::ranges::find(suites, wanted.suite, &DrillSuite::name) == suites.end())
      return Wrong("suite: expected one of {}, found \"{}\"", Names(suites), wanted.suite);
    return request;
  }
  const std::vector<inject::FaultKind> kinds = control.Kinds();
  const std::vector<std::string> targets = control.Targets();
  for (const NewFault& fault : wanted.faults) {
    ASSIGN_OR_RETURN(inject::FaultSpec spec, FitFault(fault, kinds, targets));
    const bool twice = std::ranges::any_of(request.faults, [&](const inject::FaultSpec& other) {
      return other.kind == spec.kind && other.node == spec.node;
    });
    if (twice) {
      return Wrong("faults: expected each kind once a node, found {} twice on {}", spec.kind,
                   spec.node.empty() ? "the cluster" : spec.node);
    }
    request.faults.push_back(std::move(spec));
  }
  return request;
}

}  // namespace distdiag::serve

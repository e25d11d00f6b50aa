#include "engine/drill/drill_suites.h"

#include <algorithm>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

// At their high strength, that of the recordings' first repetition, each is what a person would call a fault.
const std::vector<SuiteInfo>& Suites() {
  static const std::vector<SuiteInfo> suites = {
      {"smoke",
       "Four faults, one of each resource: CPU, disk, network, cache",
       {{{{"cpu", "n2"}}, 30},
        {{{"io", "n3"}}, 30},
        {{{"net", "n1"}}, 30},
        {{{"cache", "n2"}}, 30}}},
      {"quick",
       "Eight faults of seven kinds: CPU, disk (two nodes), network, cache, load, indexes, slow "
       "SQL",
       {{{{"cpu", "n2"}}, 30},
        {{{"io", "n3"}}, 30},
        {{{"net", "n1"}}, 30},
        {{{"cache", "n2"}}, 30},
        {{{"surge", ""}}, 30},
        {{{"index", ""}}, 30},
        {{{"io", "n1"}}, 30},
        {{{"slowsql", "n3"}}, 30}}},
      {"all",
       "Every kind of fault once, OceanBase's compaction as a control, then two compounds",
       {{{{"cpu", "n1"}}, 30},
        {{{"io", "n2"}}, 30},
        {{{"net", "n3"}}, 30},
        {{{"cache", "n1"}}, 30},
        {{{"surge", ""}}, 30},
        {{{"index", ""}}, 30},
        {{{"lock", "n2"}}, 30},
        {{{"slowsql", "n1"}}, 30},
        {{{"netdelay", "n3"}}, 30},
        {{{"netloss", "n2"}}, 30},
        {{{"stall", "n3"}}, 30},
        {{{"fclock", "n1"}}, 30},
        {{{"compaction", "n2"}}, 30},
        {{{"crash", "n2"}}, 30},
        {{{"partition", "n3"}}, 30},
        {{{"cpu", "n2"}, {"io", "n2"}}, 30},
        {{{"io", "n1"}, {"io", "n3"}}, 30}}},
  };
  return suites;
}

}  // namespace

std::vector<SuiteDrill> FitToGround(const std::vector<SuiteDrill>& drills,
                                    const std::vector<inject::FaultKind>& kinds) {
  std::vector<SuiteDrill> possible;
  for (SuiteDrill drill : drills) {
    bool all = true;
    for (inject::FaultSpec& spec : drill.faults) {
      const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                     [&](const auto& one) { return one.name == spec.kind; });
      all = all && kind != kinds.end() && kind->unavailable.empty();
      if (kind != kinds.end()) spec.number = kind->high;
    }
    if (all) possible.push_back(std::move(drill));
  }
  return possible;
}

std::span<const SuiteInfo> AllSuites() { return Suites(); }

const SuiteInfo* FindSuite(std::string_view name) {
  const auto at = std::find_if(Suites().begin(), Suites().end(),
                               [&](const SuiteInfo& one) { return one.name == name; });
  return at == Suites().end() ? nullptr : &*at;
}

std::string SuiteNames() {
  std::vector<std::string_view> names;
  for (const SuiteInfo& one : Suites()) names.push_back(one.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace distdiag::engine

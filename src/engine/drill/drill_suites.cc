#include "engine/drill/drill_suites.h"

#include <algorithm>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

// Numbers are the strengths of the recordings' first repetition: strong enough that a person would call it a fault.
const std::vector<SuiteInfo>& Suites() {
  static const std::vector<SuiteInfo> suites = {
      {"smoke",
       "Four faults, one of each resource: CPU, disk, network, cache",
       {{{{"cpu", "n2", 3}}, 30},
        {{{"io", "n3", 8}}, 30},
        {{{"net", "n1", 2400}}, 30},
        {{{"cache", "n2", 40}}, 30}}},
      {"quick",
       "Eight faults of seven kinds: CPU, disk (two nodes), network, cache, load, indexes, slow "
       "SQL",
       {{{{"cpu", "n2", 3}}, 30},
        {{{"io", "n3", 8}}, 30},
        {{{"net", "n1", 2400}}, 30},
        {{{"cache", "n2", 40}}, 30},
        {{{"surge", "", 24}}, 30},
        {{{"index", "", 20}}, 30},
        {{{"io", "n1", 8}}, 30},
        {{{"slowsql", "n3", 3}}, 30}}},
      {"all",
       "Every kind of fault once, then two compounds",
       {{{{"cpu", "n1", 3}}, 30},
        {{{"io", "n2", 8}}, 30},
        {{{"net", "n3", 2400}}, 30},
        {{{"cache", "n1", 40}}, 30},
        {{{"surge", "", 24}}, 30},
        {{{"index", "", 20}}, 30},
        {{{"lock", "n2", 2}}, 30},
        {{{"slowsql", "n1", 3}}, 30},
        {{{"netdelay", "n3", 25}}, 30},
        {{{"netloss", "n2", 8}}, 30},
        {{{"stall", "n3", 0}}, 30},
        {{{"fclock", "n1", 0}}, 30},
        {{{"crash", "n2", 0}}, 30},
        {{{"partition", "n3", 0}}, 30},
        {{{"cpu", "n2", 3}, {"io", "n2", 8}}, 30},
        {{{"io", "n1", 8}, {"io", "n3", 8}}, 30}}},
  };
  return suites;
}

}  // namespace

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

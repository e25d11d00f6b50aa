// The drills that come with the product, by name.
//
// Thread: const-safe (constants).
#pragma once

#include "inject/fault.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::engine {

struct SuiteDrill {
  std::vector<inject::FaultSpec> faults;  // begin together; number 0 = the kind's medium
  double duration_s = 40;
};

struct SuiteInfo {
  std::string_view name;
  std::string_view description;
  std::vector<SuiteDrill> drills;
};

// The drills whose faults can all be made, each at its kind's high strength; the others are left out.
std::vector<SuiteDrill> FitToGround(const std::vector<SuiteDrill>& drills,
                                    const std::vector<inject::FaultKind>& kinds);

std::span<const SuiteInfo> AllSuites();
const SuiteInfo* FindSuite(std::string_view name);  // nullptr when there is none
std::string SuiteNames();                           // "quick, smoke"

}  // namespace distdiag::engine

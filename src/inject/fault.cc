#include "inject/fault.h"

namespace distdiag::inject {

std::string_view StrengthName(Strength strength) {
  switch (strength) {
    case Strength::kLow: return "low";
    case Strength::kMedium: return "medium";
    case Strength::kHigh: return "high";
  }
  return "medium";
}

std::optional<Strength> FindStrength(std::string_view name) {
  for (const Strength strength : {Strength::kLow, Strength::kMedium, Strength::kHigh}) {
    if (StrengthName(strength) == name) return strength;
  }
  return std::nullopt;
}

double NumberFor(const FaultKind& kind, Strength strength) {
  switch (strength) {
    case Strength::kLow: return kind.low;
    case Strength::kMedium: return kind.medium;
    case Strength::kHigh: return kind.high;
  }
  return kind.medium;
}

}  // namespace distdiag::inject

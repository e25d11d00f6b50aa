// The middle of numbers, whatever a few of them say.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace distdiag::detect {

// The upper one of the two in the middle. Reorders `values`. REQUIRES: not empty.
template <typename Number>
Number Median(std::vector<Number>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace distdiag::detect

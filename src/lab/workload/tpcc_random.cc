#include "lab/workload/tpcc_random.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace distdiag::lab {
namespace {

constexpr NonUniform kCustomerRange{.a = 1023, .low = 1, .high = kCustomersOfDistrict, .c = 259};
constexpr NonUniform kItemRange{.a = 8191, .low = 1, .high = kItems, .c = 3911};
constexpr NonUniform kLastNameRange{.a = 255, .low = 0, .high = 999, .c = 123};
constexpr double kLongestThinkTime = 10;  // times the mean

}  // namespace

int UniformInt(base::Random& random, int low, int high) {
  return low + static_cast<int>(random.NextBelow(static_cast<std::uint64_t>(high - low + 1)));
}

int NonUniformInt(base::Random& random, const NonUniform& range) {
  const int first = UniformInt(random, 0, range.a);
  const int second = UniformInt(random, range.low, range.high);
  return ((first | second) + range.c) % (range.high - range.low + 1) + range.low;
}

int RandomCustomer(base::Random& random) { return NonUniformInt(random, kCustomerRange); }

int RandomItem(base::Random& random) { return NonUniformInt(random, kItemRange); }

std::string RandomLastName(base::Random& random) {
  return LastName(NonUniformInt(random, kLastNameRange));
}

std::string LastName(int number) {
  static constexpr std::array<const char*, 10> kSyllables = {
      "BAR", "OUGHT", "ABLE", "PRI", "PRES", "ESE", "ANTI", "CALLY", "ATION", "EING"};
  std::string name;
  for (const int divisor : {100, 10, 1})
    name += kSyllables.at(static_cast<std::size_t>(number / divisor % 10));
  return name;
}

base::Duration RandomThinkTime(base::Random& random, ThinkTime kind, base::Duration mean) {
  if (kind == ThinkTime::kFixed) return mean;
  const double drawn = -std::log(1.0 - random.NextUnit());  // 1 - u is in (0, 1]
  return base::FromSeconds(base::ToSeconds(mean) * std::min(drawn, kLongestThinkTime));
}

}  // namespace distdiag::lab

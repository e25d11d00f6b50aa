// Random input of TPC-C transactions: TPC-C Standard Specification 5.11, clauses 2.1.5, 2.1.6, 4.3.2.3 and 5.2.5.4.
//
// Difference: the run-time constants C of NURand are fixed, so that all terminals and all runs share their hot rows. Any C
// finds its rows, since the data holds every one of the 1000 last names in each district.
// Thread: value (the generator is the caller's).
#pragma once

#include "base/random.h"
#include "base/time.h"

#include <string>

namespace distdiag::lab {

// Sizes of the data, clause 1.2.1; go-tpc loads the same.
inline constexpr int kDistrictsOfWarehouse = 10;
inline constexpr int kCustomersOfDistrict = 3000;
inline constexpr int kItems = 100000;

// Uniform in [low, high]. REQUIRES: low <= high.
int UniformInt(base::Random& random, int low, int high);
// Non-uniform in [low, high], clause 2.1.6: (((U(0, a) | U(low, high)) + c) % (high - low + 1)) + low.
struct NonUniform {
  int a, low, high, c;
};
int NonUniformInt(base::Random& random, const NonUniform& range);

int RandomCustomer(base::Random& random);          // [1, 3000]
int RandomItem(base::Random& random);              // [1, 100000]
std::string RandomLastName(base::Random& random);  // of number [0, 999]
// Clause 4.3.2.3: three syllables, one for each decimal digit. REQUIRES: 0 <= number <= 999.
std::string LastName(int number);

enum class ThinkTime {
  kFixed,
  kExponential,  // clause 5.2.5.4: negative exponential, cut off at ten times the mean
};
// REQUIRES: mean >= 0.
base::Duration RandomThinkTime(base::Random& random, ThinkTime kind, base::Duration mean);

}  // namespace distdiag::lab

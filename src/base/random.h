// A small random number generator whose numbers are the same on every platform (std:: distributions are not).
#pragma once

#include <cstdint>

namespace distdiag::base {

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Thread: value.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // [0, 1)
  double NextUnit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  // [0, bound). REQUIRES: bound > 0. The bias below 2^-32 for small bounds is accepted.
  std::uint64_t NextBelow(std::uint64_t bound) { return Next() % bound; }

 private:
  std::uint64_t state_;
};

}  // namespace distdiag::base

// What changed from one stretch of time to another, as a signature: two numbers a metric, both between -1 and 1.
//
// Why so: with one known case of a problem, a classifier has nothing to learn from; the direction in which each metric moved is enough
// to find its like. Rank-based, so that no scale and no outlier of a metric outweighs the others.
//   dominance: share of (after, before) pairs with after > before, less that with after < before (Cliff's delta, 1993)
//   relative:  (mean after - mean before) / (|mean after| + |mean before|)
// Thread: const-safe (free functions). Cost: O(columns · rows · log rows).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace distdiag::detect {

using ChangeSignature = std::vector<float>;  // [column] dominance, then [column] relative

// `before`, `after`: [row, column], NaN = missing. A column without a value in one of them, and one that does not change, gives 0.
// REQUIRES: columns > 0, sizes are multiples of it.
ChangeSignature SignatureOf(std::span<const double> before, std::span<const double> after,
                            std::size_t columns);

// Cosine of the angle between the dominance parts plus that between the relative parts, -2..2; a part that is all 0 gives 0.
// REQUIRES: same size.
double SignatureSimilarity(const ChangeSignature& a, const ChangeSignature& b);

// What several problems at once look like: changes add up, as far as they can.
// REQUIRES: at least one; all of the same size.
ChangeSignature CombineSignatures(std::span<const ChangeSignature* const> parts);

}  // namespace distdiag::detect

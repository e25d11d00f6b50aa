#include "detect/classify/change_signature.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>

namespace distdiag::detect {
namespace {

// The values of one column that are there, sorted.
std::vector<double> SortedColumn(std::span<const double> rows, std::size_t column,
                                 std::size_t columns) {
  std::vector<double> values;
  for (std::size_t i = column; i < rows.size(); i += columns)
    if (std::isfinite(rows[i])) values.push_back(rows[i]);
  std::sort(values.begin(), values.end());
  return values;
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double Dominance(const std::vector<double>& before, const std::vector<double>& after) {
  double balance = 0;
  for (const double value : after) {
    const auto lower = std::lower_bound(before.begin(), before.end(), value);
    const auto upper = std::upper_bound(lower, before.end(), value);
    balance +=
        static_cast<double>(lower - before.begin()) - static_cast<double>(before.end() - upper);
  }
  return balance / (static_cast<double>(before.size()) * static_cast<double>(after.size()));
}

double RelativeChange(double before, double after) {
  const double size = std::abs(before) + std::abs(after);
  return std::isfinite(size) && size > 0 ? (after - before) / size : 0;
}

double Cosine(std::span<const float> a, std::span<const float> b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

ChangeSignature SignatureOf(std::span<const double> before, std::span<const double> after,
                            std::size_t columns) {
  CHECK(columns > 0 && before.size() % columns == 0 && after.size() % columns == 0);
  ChangeSignature signature(2 * columns, 0.0F);
  for (std::size_t column = 0; column < columns; ++column) {
    const std::vector<double> was = SortedColumn(before, column, columns);
    const std::vector<double> is = SortedColumn(after, column, columns);
    if (was.empty() || is.empty()) continue;
    signature[column] = static_cast<float>(Dominance(was, is));
    signature[columns + column] = static_cast<float>(RelativeChange(Mean(was), Mean(is)));
  }
  return signature;
}

double SignatureSimilarity(const ChangeSignature& a, const ChangeSignature& b) {
  CHECK(a.size() == b.size());
  const std::size_t half = a.size() / 2;
  const std::span<const float> all_a = a, all_b = b;
  return Cosine(all_a.first(half), all_b.first(half)) +
         Cosine(all_a.subspan(half), all_b.subspan(half));
}

ChangeSignature CombineSignatures(std::span<const ChangeSignature* const> parts) {
  CHECK(!parts.empty());
  ChangeSignature sum(parts.front()->size(), 0.0F);
  for (const ChangeSignature* part : parts) {
    CHECK(part->size() == sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += (*part)[i];
  }
  for (float& value : sum) value = std::clamp(value, -1.0F, 1.0F);
  return sum;
}

}  // namespace distdiag::detect

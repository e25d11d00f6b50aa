#include "detect/recent/row_change.h"

#include "base/check.h"
#include "detect/seasonal/robust.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace distdiag::detect {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// One column of the rows.
class Column {
 public:
  Column(std::span<const double> rows, std::size_t column, std::size_t columns)
      : rows_(rows), column_(column), columns_(columns) {}
  double operator[](std::size_t row) const { return rows_[row * columns_ + column_]; }

  // Of rows [from, to) that have a value; NaN without any.
  double MedianOf(std::size_t from, std::size_t to) const {
    std::vector<double> values;
    for (std::size_t row = from; row < to; ++row)
      if (std::isfinite((*this)[row])) values.push_back((*this)[row]);
    return values.empty() ? kNone : Median(values);
  }
  double MeanOf(std::size_t from, std::size_t to) const {
    double sum = 0, count = 0;
    for (std::size_t row = from; row < to; ++row)
      if (std::isfinite((*this)[row])) sum += (*this)[row], ++count;
    return count == 0 ? kNone : sum / count;
  }

 private:
  std::span<const double> rows_;
  std::size_t column_, columns_;
};

float Relative(double now, double then) {
  const double size = std::abs(now) + std::abs(then);
  if (std::isnan(size)) return std::numeric_limits<float>::quiet_NaN();
  return std::isfinite(size) && size > 0 ? static_cast<float>((now - then) / size) : 0.0F;
}

}  // namespace

std::vector<float> RowChanges(std::span<const double> rows, std::size_t columns,
                              const RowChangeOptions& options) {
  CHECK(columns > 0 && rows.size() % columns == 0);
  CHECK(options.recent_rows > 0 && options.calm_rows > 0);
  const std::size_t count = rows.size() / columns;
  const std::size_t width = kRowChangesPerColumn * columns;
  std::vector<float> features(count * width);
  for (std::size_t c = 0; c < columns; ++c) {
    const Column column(rows, c, columns);
    for (std::size_t row = 0; row < count; ++row) {
      const std::size_t end = row + 1;
      const std::size_t from = end > options.settle_rows ? options.settle_rows : 0;
      const double calm = column.MedianOf(from, std::min(end, from + options.calm_rows));
      const double present =
          column.MeanOf(end > options.recent_rows ? end - options.recent_rows : 0, end);
      float* out = features.data() + row * width + c;
      out[0] = Relative(present, calm);
      out[columns] = Relative(present, column.MedianOf(from, end));
      out[2 * columns] = Relative(column[row], calm);
    }
  }
  return features;
}

}  // namespace distdiag::detect

#include "detect/recent/joint_shift.h"

#include "base/check.h"

#include <cmath>

namespace distdiag::detect {

JointShift::JointShift(std::size_t columns, JointShiftOptions options)
    : columns_(columns), options_(options) {
  CHECK(columns > 0 && options.calm_rows > 0 && options.recent_rows > 0);
  CHECK(options.memory_rows >= options.calm_rows);
}

JointShift::Finding JointShift::Observe(std::span<const double> row) {
  CHECK(row.size() == columns_);
  recent_.emplace_back(row.begin(), row.end());
  if (recent_.size() > options_.recent_rows) recent_.pop_front();
  ++seen_;
  if (seen_ <= options_.settle_rows) return {};
  if (seen_ <= options_.settle_rows + options_.calm_rows) {
    usual_.push_back(recent_.back());
    return {};
  }
  Finding finding;
  finding.shift = Shift();
  shifted_ = finding.shift > options_.limit * (shifted_ ? options_.stay : 1.0);
  finding.is_shifted = shifted_;
  if (!shifted_) {
    usual_.push_back(recent_.back());
    if (usual_.size() > options_.memory_rows) usual_.pop_front();
  }
  return finding;
}

double JointShift::Shift() const {
  double squares = 0;
  for (std::size_t column = 0; column < columns_; ++column) {
    double balance = 0, pairs = 0;
    for (const std::vector<double>& now : recent_) {
      if (std::isnan(now[column])) continue;
      for (const std::vector<double>& usual : usual_) {
        if (std::isnan(usual[column])) continue;
        ++pairs;
        if (now[column] > usual[column]) ++balance;
        if (now[column] < usual[column]) --balance;
      }
    }
    if (pairs > 0) squares += (balance / pairs) * (balance / pairs);
  }
  return std::sqrt(squares / static_cast<double>(columns_));
}

}  // namespace distdiag::detect

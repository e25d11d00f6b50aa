// Whether a node as a whole has left its own recent past: all metrics together, without a label.
//
// Why so: a trouble that no single band shows moves many metrics a little. Of each metric the recent rows are compared with usual ones by
// rank (Cliff's dominance: share of pairs in which the recent is larger, less that in which it is smaller), so no scale and no
// burst of a metric outweighs the others; the shift is the root of the mean square over the metrics, so a few that left altogether count more than
// many that wander. By chance m recent and n usual rows of moving metrics give sqrt((m + n + 1) / (3 m n)): 0.28 for 5 and 40,
// 0.33 for 5 and 10. Rows of a shift teach nothing: a trouble does not become the usual.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace distdiag::detect {

struct JointShiftOptions {
  std::size_t settle_rows = 8;   // rows at the start that say nothing: caches fill, load comes up
  std::size_t calm_rows = 10;    // rows after them that are taken as usual, whatever they hold
  std::size_t memory_rows = 40;  // usual rows that are remembered
  std::size_t recent_rows = 5;   // rows, this one included, that are compared with the usual ones
  double limit = 0.36;           // shifted above it, 0 … 1: 1.3 times what chance gives
  double stay = 0.85;            // a shift goes on while above this share of the limit
};

// Thread: single (owner: the caller). Cost: O(metrics · recent_rows · memory_rows) a row.
class JointShift {
 public:
  struct Finding {
    double shift = 0;  // 0 … 1; 0 while settling
    bool is_shifted = false;
  };

  // REQUIRES: columns > 0, calm_rows > 0, memory_rows >= calm_rows, recent_rows > 0.
  explicit JointShift(std::size_t columns, JointShiftOptions options = {});

  // The next row, NaN = missing. A metric without a value among the recent or the usual rows counts as not moved.
  // REQUIRES: row.size() == columns.
  Finding Observe(std::span<const double> row);

 private:
  double Shift() const;

  std::size_t columns_;
  JointShiftOptions options_;
  std::size_t seen_ = 0;
  bool shifted_ = false;
  std::deque<std::vector<double>> recent_;
  std::deque<std::vector<double>> usual_;
};

}  // namespace distdiag::detect

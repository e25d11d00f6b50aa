// What `distdiag eval` says of a public data set, for people and for programs.
// Thread: value / const-safe.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace distdiag::engine {

using NamedScores = std::map<std::string, double>;  // NaN = not defined for these cases

struct SetReport {
  std::string set;
  std::string protocol;  // one line: what was fitted on what, what was judged
  std::size_t cases = 0;
  NamedScores scores;                            // ours; the names are fixed
  std::map<std::string, NamedScores> baselines;  // fitted and judged in the same run
  NamedScores nested;              // settings chosen on one half of the cases, judged on the other
  NamedScores published;           // what others reached, on other splits of these data
  NamedScores details;             // ours, finer
  std::vector<std::string> notes;  // what a reader must know to read the figures right
};

std::string RenderSetText(const SetReport& report);
// {"set", "protocol", "cases", "scores", "baselines", "nested", "details", "notes"}
std::string RenderSetJson(const SetReport& report);

// --- counting --------------------------------------------------------------------------------------------------------

// F1 of the positive class; 0 without a true positive.
struct BinaryCount {
  std::size_t true_positive = 0, false_positive = 0, false_negative = 0, true_negative = 0;

  void Add(std::size_t truth, std::size_t verdict);  // 0 = negative
  double F1() const;
};

// Mean of the classes' F1 over the classes that occur in the truth.
class ClassCount {
 public:
  explicit ClassCount(std::size_t classes) : of_class_(classes) {}
  void Add(std::size_t truth, std::size_t verdict);
  double F1Of(std::size_t klass) const { return of_class_[klass].F1(); }
  double MacroF1() const;

 private:
  std::vector<BinaryCount> of_class_;
};

}  // namespace distdiag::engine

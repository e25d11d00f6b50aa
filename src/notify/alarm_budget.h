// "At most so many pages a week": decides which incidents may wake somebody, so that a noisy week does not make him mute us.
//
// Why so: nobody can choose a threshold for a probability, but everybody knows how often he may be woken. So in any seven days no more
// than that is sent. The first is always sent, so that what comes again and again is not silenced for good; of what comes then the surest:
// time is cut into blocks of an hour; a block's score is the best score of its
// incidents, 0 without any. An incident may page when its conformal p-value against the blocks of the last four weeks,
// p(s) = (1 + #{blocks that scored >= s}) / (672 + 1), is at most `level`, which follows what was sent, as in adaptive conformal
// inference: up by gain * target a block, down by gain a page (Gibbs, Candes, NeurIPS 2021, eq. 2), target = pages_per_week / 168,
// gain = 1 / 168, never below 0 nor above target. Weeks that were not watched yet count as without incidents.
//
// Scores of one cluster are neither independent nor exchangeable, so the quantile promises nothing; the count of seven days does.
// What is as good as certain (`always_from`) is sent even then; the meter shows when that breaks the promise. What is held back stays an
// incident on the page; it is sent later when it grows surer.
//
// Thread: value, single. 5 kB. Cost: Admit O(blocks), a few microseconds, an incident. The clock is the source's.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <deque>

namespace distdiag::notify {

struct AlarmBudgetOptions {
  double pages_per_week = 0;  // 0 = no budget: everything is sent
  double always_from = 0.95;  // score, 0..1
};

// What was promised and what came of it.
struct AlarmBudgetMeter {
  double pages_per_week = 0;   // promised; 0 = no budget
  double watched_weeks = 0;    // 4 at most
  std::int64_t pages = 0;      // in these weeks
  std::int64_t held_back = 0;  // incidents of these weeks that were not sent when they opened
  double realised = 0;         // pages a week
  // Exact 95 % interval of the rate, were pages a Poisson process (Garwood 1936); they come in bursts, so it is rather too narrow.
  double realised_low = 0, realised_high = 0;
  double threshold = 0;  // least score that would be sent now; 0 = any
};

class AlarmBudget {
 public:
  explicit AlarmBudget(AlarmBudgetOptions options) : options_(options) {}

  // An incident of this score (0..1; NaN counts as 0) wants to page. Times that go back count as the newest seen.
  bool Admit(base::Timestamp time, double score);
  // The same for one that was held back and has grown surer: it is not counted as held back once more.
  bool AdmitSurer(base::Timestamp time, double score);
  // Up to `now`, with the blocks that have passed without anything.
  AlarmBudgetMeter Meter(base::Timestamp now);

 private:
  struct Block {
    float best = 0;
    std::uint16_t pages = 0;
    std::uint16_t held_back = 0;
  };
  void AdvanceTo(base::Timestamp time);
  int PagesOfLastWeek() const;
  bool MayPage(double score) const;
  double Threshold() const;
  double Target() const;

  AlarmBudgetOptions options_;
  std::deque<Block> blocks_;  // the newest last; empty = nothing was seen yet
  base::Timestamp began_{};   // of the newest block
  double level_ = 0;
};

}  // namespace distdiag::notify

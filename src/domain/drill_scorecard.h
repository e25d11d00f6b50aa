// What past drills add up to: does the diagnosis work here, and is it getting better or worse?
//
// Why so: pure, so that page, export and command line count the same way. Only drills that were done are judged: a fault
// that could not be made, or that a person stopped, says nothing about the diagnosis and is counted apart.
// Thread: const-safe (free functions).
#pragma once

#include "base/time.h"
#include "domain/drill.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace distdiag::domain {

// Medians and worst values are over the judged drills that have the value; nullopt = none has it.
struct DrillTotals {
  int judged = 0;
  int passed = 0;           // of the judged ones
  int missed = 0;           // judged, no control, but no incident came
  int never_right = 0;      // judged, no control, but no true pair ever stood first
  int not_judged = 0;       // failed or cancelled
  int unfinished = 0;       // still queued or running
  int other_incidents = 0;  // false alarms during judged drills
  std::optional<double> detected_median_s;
  std::optional<double> detected_worst_s;
  std::optional<double> right_first_median_s;
  std::optional<double> right_first_worst_s;
};

// One run of a suite, or one drill that belongs to none.
struct DrillRun {
  std::string run;  // empty for a drill without a run
  std::string suite;
  base::Timestamp started;  // when its first drill was made
  DrillTotals totals;
};

struct DrillScorecard {
  std::vector<Drill> drills;   // newest first
  DrillTotals totals;          // over all of them
  std::vector<DrillRun> runs;  // newest first: the trend
};

DrillTotals SumUp(std::span<const Drill> drills);
// In any order; sorted by id here.
DrillScorecard MakeScorecard(std::vector<Drill> drills);

// "cpu on n2 (2)", several joined by " + ".
std::string DescribeFaults(const Drill& drill);
// "8 of 8 passed, found in 4.1 s (median), 9 s at worst, …"
std::string DescribeTotals(const DrillTotals& totals);
// Headline, one table row a drill, one a run; columns are padded, so it reads well in a terminal too.
std::string ScorecardToMarkdown(const DrillScorecard& card);

}  // namespace distdiag::domain

// What the terminal is told while drills run.
#pragma once

#include "base/time.h"
#include "drill_client.h"

#include <optional>
#include <string>
#include <vector>

namespace distdiag::app {

// "at work, detected after 4.1 s, right first"
std::string DescribeProgress(const DrillView& drill);

// Thread: single.
class DrillProgress {
 public:
  explicit DrillProgress(base::Timestamp began) : began_(began) {}

  // One line for each drill that is not as it was the last time: "[3/8] cpu on n2 … at work (about 4 min left)".
  std::vector<std::string> News(const std::vector<DrillView>& drills, base::Timestamp now);

 private:
  const base::Timestamp began_;
  std::vector<std::string> told_;  // by position
};

// From how long the finished ones took, before that from the length of a fault; nullopt when nothing is left.
std::optional<double> SecondsLeft(const std::vector<DrillView>& drills, base::Duration elapsed);

bool AllOver(const std::vector<DrillView>& drills);
bool AllPassed(const std::vector<DrillView>& drills);

}  // namespace distdiag::app

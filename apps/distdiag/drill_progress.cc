#include "drill_progress.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

using domain::DrillPhase;

// Around the fault: it is prepared, undone, and the cluster becomes calm again.
constexpr double kAroundFault_s = 45;

std::string Found(const DrillView& drill) {
  if (!drill.detected_s) return "";
  std::string text = fmt::format(", detected after {:.1f} s", *drill.detected_s);
  if (drill.right_first_s && *drill.right_first_s <= *drill.detected_s + 0.05) {
    text += ", right first";
  } else if (drill.right_first_s) {
    text += fmt::format(", right first after {:.1f} s", *drill.right_first_s);
  } else {
    text += drill.rank > 0 ? fmt::format(", rank {}", drill.rank) : ", not listed yet";
  }
  return text;
}

std::string Because(const DrillView& drill) {
  return drill.message.empty() ? "" : ": " + drill.message;
}

std::string LeftText(double seconds) {
  if (seconds < 90) return fmt::format("about {:.0f} s left", std::ceil(seconds / 10) * 10);
  return fmt::format("about {:.0f} min left", std::ceil(seconds / 60));
}

}  // namespace

std::string DescribeProgress(const DrillView& drill) {
  switch (drill.phase) {
    case DrillPhase::kWaiting: return "waiting";
    case DrillPhase::kPreparing: return "preparing";
    case DrillPhase::kActive: return "at work" + Found(drill);
    case DrillPhase::kRecovering: return "undone" + Found(drill);
    case DrillPhase::kDone: {
      const char* silent = drill.is_control ? "" : ", missed";
      const std::string found = drill.detected_s ? Found(drill) : silent;
      return (drill.passed ? "PASSED" : "NOT PASSED") + found + Because(drill);
    }
    case DrillPhase::kFailed: return "FAILED" + Because(drill);
    case DrillPhase::kCancelled: return "cancelled" + Because(drill);
  }
  return "";
}

std::vector<std::string> DrillProgress::News(const std::vector<DrillView>& drills,
                                             base::Timestamp now) {
  std::vector<std::string> lines;
  const auto left = SecondsLeft(drills, now - began_);
  told_.resize(drills.size());
  for (std::size_t i = 0; i < drills.size(); ++i) {
    std::string text = DescribeProgress(drills[i]);
    if (text == told_[i]) continue;
    told_[i] = text;
    if (drills[i].phase == DrillPhase::kWaiting) continue;  // all do, nothing to tell
    lines.push_back(fmt::format("[{}/{}] {} … {}{}", i + 1, drills.size(), drills[i].faults, text,
                                left ? " (" + LeftText(*left) + ")" : ""));
  }
  return lines;
}

std::optional<double> SecondsLeft(const std::vector<DrillView>& drills, base::Duration elapsed) {
  const auto over = static_cast<double>(std::ranges::count_if(
      drills, [](const DrillView& drill) { return domain::IsOver(drill.phase); }));
  const auto all = static_cast<double>(drills.size());
  if (over == all) return std::nullopt;
  const double elapsed_s = std::max(0.0, base::ToSeconds(elapsed));
  const double each_s = over > 0 ? elapsed_s / over : drills.front().duration_s + kAroundFault_s;
  // Of the running one something has passed already; never less than a moment.
  return over > 0 ? std::max(5.0, each_s * (all - over)) : std::max(5.0, each_s * all - elapsed_s);
}

bool AllOver(const std::vector<DrillView>& drills) {
  return std::ranges::all_of(drills,
                             [](const DrillView& drill) { return domain::IsOver(drill.phase); });
}

bool AllPassed(const std::vector<DrillView>& drills) {
  return std::ranges::all_of(drills, [](const DrillView& drill) {
    return drill.phase == DrillPhase::kDone && drill.passed;
  });
}

}  // namespace distdiag::app

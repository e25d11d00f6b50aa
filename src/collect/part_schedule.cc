#include "collect/part_schedule.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

// A slow part is left for the next reading when less than this is left; the status goes first.
constexpr base::Duration kLeastForSlowPart = std::chrono::milliseconds(20);
// What the server does not offer, or does not allow, is asked for again after this time: rights may be given later.
constexpr base::Duration kAskAgain = std::chrono::seconds(60);

}  // namespace

PartSchedule::PartSchedule(std::string node, base::Duration part_limit, base::Clock& clock)
    : node_(std::move(node)), part_limit_(part_limit), clock_(clock) {}

void PartSchedule::Add(std::unique_ptr<SlowPart> part, base::Duration interval) {
  slots_.push_back({.part = std::move(part),
                    .interval = interval,
                    .due = {},
                    .read = {},
                    .values = {},
                    .limits = {}});
}

void PartSchedule::Restarted() {
  for (Slot& slot : slots_) {
    slot.part->Restarted();
    slot.values.clear();
    slot.due = {};
  }
}

SessionState PartSchedule::Read(Session& session, base::Timestamp deadline, ProbeReading& reading) {
  const SessionState state = ReadDue(session, deadline, reading);
  CarryForward(reading);
  return state;
}

SessionState PartSchedule::ReadDue(Session& session, base::Timestamp deadline,
                                   ProbeReading& reading) {
  const base::Timestamp now = clock_.Now();
  const base::Duration left = std::min(deadline - now, part_limit_);
  if (left < kLeastForSlowPart) return SessionState::kGood;
  const auto next = std::min_element(slots_.begin(), slots_.end(),
                                     [](const Slot& a, const Slot& b) { return a.due < b.due; });
  if (next == slots_.end() || next->due > now) return SessionState::kGood;
  next->due = now + next->interval;
  auto part = next->part->Read(session, now, left);
  if (!part) {
    next->limits = {fmt::format("{}: {}", next->part->name(), part.error().message())};
    next->due = now + kAskAgain;
    return SessionState::kGiveUp;
  }
  if (!part->is_offered) next->due = now + kAskAgain;
  next->read = now;
  next->values = std::move(part->values);
  next->limits = std::move(part->limits);
  for (domain::ChangeEvent& change : part->changes) {
    change.time = now;
    if (change.node.empty()) change.node = node_;
    reading.changes.push_back(std::move(change));
  }
  reading.facts.Take(std::move(part->facts));
  return SessionState::kGood;
}

void PartSchedule::CarryForward(ProbeReading& reading) const {
  for (const Slot& slot : slots_) {
    reading.limits.insert(reading.limits.end(), slot.limits.begin(), slot.limits.end());
    if (reading.time - slot.read > 2 * slot.interval) continue;
    reading.values.insert(reading.values.end(), slot.values.begin(), slot.values.end());
  }
}

}  // namespace distdiag::collect

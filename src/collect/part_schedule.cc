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

// By how long they have waited; from the second on only those that would be late at the reading after this one.
std::vector<PartSchedule::Slot*> PartSchedule::DueSlots(base::Timestamp now) {
  std::vector<Slot*> due;
  for (Slot& slot : slots_) {
    if (slot.due <= now) due.push_back(&slot);
  }
  std::stable_sort(due.begin(), due.end(),
                   [](const Slot* a, const Slot* b) { return a->due < b->due; });
  const auto is_in_time = [&](const Slot* slot) {
    return slot != due.front() &&
           (slot->due == base::Timestamp{} || now - slot->due < slot->interval);
  };
  due.erase(std::remove_if(due.begin(), due.end(), is_in_time), due.end());
  return due;
}

SessionState PartSchedule::ReadDue(Session& session, base::Timestamp deadline,
                                   ProbeReading& reading) {
  for (Slot* slot : DueSlots(clock_.Now())) {
    const base::Duration left = std::min(deadline - clock_.Now(), part_limit_);
    if (left < kLeastForSlowPart) break;
    if (ReadSlot(*slot, session, left, reading) == SessionState::kGiveUp)
      return SessionState::kGiveUp;
  }
  return SessionState::kGood;
}

SessionState PartSchedule::ReadSlot(Slot& slot, Session& session, base::Duration limit,
                                    ProbeReading& reading) {
  const base::Timestamp now = clock_.Now();
  slot.due = now + slot.interval;
  auto part = slot.part->Read(session, now, limit);
  if (!part) {
    slot.limits = {fmt::format("{}: {}", slot.part->name(), part.error().message())};
    slot.due = now + kAskAgain;
    return SessionState::kGiveUp;
  }
  if (!part->is_offered) slot.due = now + kAskAgain;
  slot.read = now;
  slot.values = std::move(part->values);
  slot.limits = std::move(part->limits);
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

// When each slow part of a SQL probe is asked, and what stands until it is asked again.
//
// Why so: one part is asked in a reading, and none when time is short, so the status keeps its pace. More than one only where readings
// are too rare for that: a part that has waited twice its interval is asked too. Values are carried forward until the part's next reading,
// at most two intervals long, so that a tick has either a value that is known or none.
// Thread: single (owner: the probe).
#pragma once

#include "base/clock.h"
#include "collect/probe.h"
#include "collect/slow_part.h"

#include <memory>
#include <string>
#include <vector>

namespace distdiag::collect {

enum class SessionState {
  kGood,
  kGiveUp,  // it is between two answers that are lost: open another one; what was read before stays valid
};

class PartSchedule {
 public:
  // `clock` outlives it. `part_limit`: time for the statements of one part; one that takes longer costs the connection.
  PartSchedule(std::string node, base::Duration part_limit, base::Clock& clock);

  // Asked for the first time in one of the next readings, in the order of adding.
  void Add(std::unique_ptr<SlowPart> part, base::Duration interval);
  bool empty() const { return slots_.empty(); }
  // Another server process answers: parts forget, their values are gone, all are due.
  void Restarted();

  // Asks the part that has waited longest, if one is due, and those that have waited too long; adds what all parts stand for.
  SessionState Read(Session& session, base::Timestamp deadline, ProbeReading& reading);
  // Adds what stands, without asking.
  void CarryForward(ProbeReading& reading) const;

 private:
  struct Slot {
    std::unique_ptr<SlowPart> part;
    base::Duration interval{};
    base::Timestamp due;
    base::Timestamp read;  // of the values
    std::vector<domain::MetricValue> values;
    std::vector<std::string> limits;
  };

  std::vector<Slot*> DueSlots(base::Timestamp now);
  SessionState ReadDue(Session& session, base::Timestamp deadline, ProbeReading& reading);
  SessionState ReadSlot(Slot& slot, Session& session, base::Duration limit, ProbeReading& reading);

  const std::string node_;
  const base::Duration part_limit_;
  base::Clock& clock_;
  std::vector<Slot> slots_;
};

}  // namespace distdiag::collect

// One way to measure one node: its database over SQL, its host, the clients that use it.
//
// Why so: every kind of source gives the same reading, so the live source can pace, time and mix them without knowing them. A
// probe belongs to one node and one thread: a sick node holds up nobody but itself.
// Thread: single (owner: the live source's thread for this probe).
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "collect/database_facts.h"
#include "domain/sample.h"

#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

// What one measurement brought. Counters are rates over the true time between two readings; a metric without two readings
// yet, or whose counter was reset (restart), is absent from `values` until the next reading.
struct ProbeReading {
  base::Timestamp time;  // when the values were taken
  std::vector<domain::MetricValue> values;
  std::vector<domain::ChangeEvent> changes;  // seen since the reading before; `node` filled in
  // Lasting defects that do not stop the reading, one sentence each ("performance_schema is off: no statement digests").
  std::vector<std::string> limits;
  DatabaseFacts facts = {};
};

class Probe {
 public:
  virtual ~Probe() = default;
  // "mysql", "host", "clients": the word in logs, notices and metric labels.
  virtual std::string_view kind() const = 0;
  // One measurement. Returns at `deadline` at the latest (Unavailable), also when the other side hangs. The message of a
  // failure says what was expected, what was found and what to do, and never holds a password. The next call after a
  // failure starts afresh (connects again; back-off is the caller's).
  virtual base::Result<ProbeReading> Read(base::Timestamp deadline) = 0;
};

}  // namespace distdiag::collect

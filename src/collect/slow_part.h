// A part of a SQL probe that asks more rarely than the status: activity, statements, settings, structure.
//
// Why so: each part knows its statements, its rights and what the server offers; the probe knows when and with how much time.
// Thread: single (owner: the probe).
#pragma once

#include "base/status.h"
#include "collect/database_facts.h"
#include "collect/sql_session.h"
#include "domain/sample.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

struct PartReading {
  std::vector<domain::MetricValue> values;
  std::vector<domain::ChangeEvent>
      changes;  // `time`, and `node` where it is empty, are filled in by the probe
  std::vector<std::string> limits;  // stand until the part's next reading
  DatabaseFacts facts = {};
  bool is_offered =
      true;  // false: the server has no such thing, or we may not: ask again much later
};

class SlowPart {
 public:
  virtual ~SlowPart() = default;
  virtual std::string_view name() const = 0;
  // Fails only where the connection is lost or time is up. `now` is the probe's clock.
  virtual base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                         base::Duration limit) = 0;
  // Another server process answers from now on: what was counted before is nothing to compare with.
  virtual void Restarted() {}
};

// Appends the metric when the catalogue has it and the value is there.
void AddValue(std::string_view metric, std::optional<double> value,
              std::vector<domain::MetricValue>& values);

// "no …: the account may not …; run GRANT PROCESS ON *.* TO `distdiag`@`%`".
std::string MissingRight(std::string_view what, std::string_view grant, std::string_view account);

// An account as CURRENT_USER() says it ("distdiag@10.%"), as GRANT wants it: `distdiag`@`10.%`.
std::string AccountForGrant(std::string_view current_user);

}  // namespace distdiag::collect

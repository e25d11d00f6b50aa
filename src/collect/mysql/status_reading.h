// From the rows of SHOW GLOBAL STATUS to the catalogue's metrics.
//
// Why so: live values and the columns of recordings mean the same: a gauge as the server says it, a counter as its rate over the
// true time between two answers, Galera's latency in ms. What the catalogue does not know is left out.
// Thread: single (owner: the probe). Cost: one hash look-up a row.
#pragma once

#include "base/time.h"
#include "collect/sql_cell.h"
#include "domain/metric_catalogue.h"
#include "domain/sample.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace distdiag::collect {

// The texts and single numbers of a status answer that more than one part looks at.
struct StatusFacts {
  std::optional<double> uptime_s;
  std::optional<double> cluster_size;
  std::string local_state;     // wsrep_local_state_comment: "Synced"
  std::string cluster_status;  // "Primary"
  std::string incoming_addresses;
  std::string evs_latency;
  std::unordered_map<std::string, double> schema_statements;  // Com_alter_table … -> count
};

struct StatusAnswer {
  base::Timestamp time;                          // when the answer was complete
  std::vector<std::optional<double>> by_metric;  // [metric]: raw value, as the server said it
  StatusFacts facts;
};

StatusAnswer ParseStatus(const std::vector<SqlRow>& rows, base::Timestamp time);

enum class Continuity {
  kSameConnection,
  kReconnected,  // a restart may lie between the last answer and this one
};

class StatusRates {
 public:
  struct Step {
    std::vector<domain::MetricValue> values;
    bool restarted = false;
  };

  // Counters without an answer before this one, or whose value fell, are left out, and so are all after a restart.
  Step Next(const StatusAnswer& answer, Continuity continuity);
  // The next step gives no rates: the time in between was not seen. A restart is still told.
  void Forget() { has_previous_ = false; }

 private:
  bool WasRestarted(const StatusAnswer& answer, Continuity continuity) const;

  bool has_previous_ = false;
  std::vector<std::optional<double>> previous_;
  base::Timestamp previous_time_;
  std::optional<double> uptime_s_;  // of the newest answer that had one; survives Forget()
  base::Timestamp uptime_time_;
};

}  // namespace distdiag::collect

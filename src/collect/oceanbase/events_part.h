// What the root service and the server write down of themselves: rebalances, ordered compactions, changed units, DDL.
//
// Why so: two tables of history, read from where the last look ended. Who leads, which servers come and go, freezes and the course of a
// compaction are told by those who watch them, so these events are left out here.
// Seen on the 4.3.5 kernel: DDL and ordered compactions. Written after the source of OceanBase 4 and tried on made rows only: the events
// of rebalances, replicas and units, which need a cluster.
// Thread: single (owner: the probe). Cost: two statements of a few rows of the cluster's tables, by default every 10 s.
#pragma once

#include "base/clock.h"
#include "collect/oceanbase/tenant_kind.h"
#include "collect/slow_part.h"
#include "collect/sql_cell.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

class ViewReader;

// Columns of `row`: time, module, event, then up to six pairs of name and value. nullopt: not worth telling. Texts of statements are
// normalised.
std::optional<domain::ChangeEvent> EventChange(const SqlRow& row, const TenantNames& names);
// At most kMostEvents of them; more are counted by kind in the last one.
inline constexpr std::size_t kMostEvents = 10;
std::vector<domain::ChangeEvent> SummedUp(std::vector<domain::ChangeEvent> changes);

// Which rows of a history are new. Rows are written some time after their time, so each look reads the time of the look before once more.
class HistoryCursor {
 public:
  // The condition of the next look, on the column TIMESTAMP.
  std::string Condition() const;
  bool has_begun() const { return has_begun_; }
  // `newest`: MAX(TIMESTAMP) as the server writes it (a number or a date); NULL = no row yet.
  void Begin(std::string_view newest);
  // `rows`: of Condition(), by time; `is_cut`: there were more. Returns those that were not there at the look before.
  std::vector<SqlRow> Next(const std::vector<SqlRow>& rows, bool is_cut);

 private:
  bool has_begun_ = false;
  std::string from_;            // exclusive
  std::string newest_;          // of the last look
  std::set<std::string> seen_;  // rows after from_
};

class EventsPart final : public SlowPart {
 public:
  // `names` and `clock` outlive it.
  EventsPart(std::string account, bool has_tenants, const TenantNames& names, base::Clock& clock)
      : account_(std::move(account)), has_tenants_(has_tenants), names_(names), clock_(clock) {}
  std::string_view name() const override { return "events"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;

 private:
  struct History {
    std::string_view view;
    std::string_view server;  // "" or the prefix of the columns that say which server wrote a row
    std::string_view events;  // condition
    std::string_view what;
  };
  base::Status Look(ViewReader& reader, const History& history, HistoryCursor& cursor,
                    std::vector<domain::ChangeEvent>& changes);

  const std::string account_;
  const bool has_tenants_;
  const TenantNames& names_;
  base::Clock& clock_;
  HistoryCursor root_service_;
  HistoryCursor server_;
};

}  // namespace distdiag::collect

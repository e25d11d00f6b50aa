// What the SQL audit's rows say: which part of the ring to look at, and the statements in it.
//
// Why so: pure functions over rows, so that a server is not needed to test them.
// Thread: const-safe (free functions).
#pragma once

#include "collect/sql_cell.h"
#include "collect/statement_totals.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

// The part of a tenant's ring that is read in a look: request ids in (after, upto].
struct AuditSlice {
  std::int64_t tenant = 0;
  std::int64_t after = 0;
  std::int64_t upto = 0;
  std::int64_t since = 0;  // requests since the last look, those that were lost or left out too

  std::int64_t seen() const { return upto - after; }
  double seen_share() const { return static_cast<double>(seen()) / static_cast<double>(since); }
};

using AuditCursors = std::map<std::int64_t, std::int64_t>;  // newest request looked at, by tenant

// Columns of `rows`: tenant, oldest and newest request id of its ring. Moves the cursors. Ids have no gaps within the ring, and the ring is
// emptied in bulk from its old end: what lies between the cursor and the oldest one was lost. At most `most_rows` (all tenants together),
// the newest, are looked at. A tenant that is new, or whose ids began again, has no slice until the next look.
std::vector<AuditSlice> NextSlices(const std::vector<SqlRow>& rows, std::int64_t most_rows,
                                   AuditCursors& cursors);

// One group of the audit's rows: calls of one statement by one plan with the same longest wait.
struct AuditGroup {
  std::int64_t tenant = 0;
  std::int64_t request = 0;  // one of them
  StatementPart part;        // digest = SQL_ID; no text
};

// Columns of `rows`: tenant, SQL_ID, database, plan hash, event, calls, elapsed, rows read, waited, queued, between tries (µs), a request.
// Sums are scaled to all requests since the last look. Rows without a SQL_ID are left out.
std::vector<AuditGroup> ParseGroups(const std::vector<SqlRow>& rows,
                                    const std::vector<AuditSlice>& slices);

// Texts of statements by SQL_ID, normalised, and one SQL_ID for all that are the same then (lists of different length have different ones).
// Bounded: it forgets all when it is full.
class StatementTexts {
 public:
  bool Knows(const std::string& sql_id) const { return texts_.contains(sql_id); }
  // `text` as it was sent, `end` whether it is whole.
  void Learn(const std::string& sql_id, const std::string& text, bool is_whole);
  // Puts the text and the common SQL_ID into the part.
  void Name(StatementPart& part) const;
  std::size_t size() const { return texts_.size(); }

  static constexpr std::size_t kMost = 2000;

 private:
  std::map<std::string, std::string> texts_;    // SQL_ID -> normalised text
  std::map<std::string, std::string> digests_;  // normalised text -> SQL_ID seen first
};

}  // namespace distdiag::collect

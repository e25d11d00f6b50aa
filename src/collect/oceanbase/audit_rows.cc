#include "collect/oceanbase/audit_rows.h"

#include "collect/statement_text.h"

#include <algorithm>

namespace distdiag::collect {
namespace {

constexpr double kMicrosecond = 1e-6;

}  // namespace

std::vector<AuditSlice> NextSlices(const std::vector<SqlRow>& rows, std::int64_t most_rows,
                                   AuditCursors& cursors) {
  std::vector<AuditSlice> slices;
  AuditCursors moved;
  for (const SqlRow& row : rows) {
    const auto tenant = IntegerAt(row, 0), oldest = IntegerAt(row, 1), newest = IntegerAt(row, 2);
    if (!tenant) continue;
    const auto cursor = cursors.find(*tenant);
    if (!oldest || !newest) {
      // An empty ring: its ids go on where they were.
      if (cursor != cursors.end()) moved.insert(*cursor);
      continue;
    }
    moved[*tenant] = *newest;
    if (cursor == cursors.end() || *newest <= cursor->second) continue;
    slices.push_back({.tenant = *tenant,
                      .after = std::max(cursor->second, *oldest - 1),
                      .upto = *newest,
                      .since = *newest - cursor->second});
  }
  cursors = std::move(moved);
  if (slices.empty()) return slices;
  const std::int64_t most_of_one =
      std::max<std::int64_t>(1, most_rows / static_cast<std::int64_t>(slices.size()));
  for (AuditSlice& slice : slices) slice.after = std::max(slice.after, slice.upto - most_of_one);
  return slices;
}

std::vector<AuditGroup> ParseGroups(const std::vector<SqlRow>& rows,
                                    const std::vector<AuditSlice>& slices) {
  std::vector<AuditGroup> groups;
  for (const SqlRow& row : rows) {
    const auto tenant = IntegerAt(row, 0);
    const auto slice = std::find_if(slices.begin(), slices.end(),
                                    [&](const AuditSlice& one) { return one.tenant == tenant; });
    if (slice == slices.end() || TextAt(row, 1).empty()) continue;
    const double scale = 1 / slice->seen_share();
    const auto seconds = [&](std::size_t column) {
      return std::max(0.0, NumberAt(row, column).value_or(0)) * kMicrosecond * scale;
    };
    AuditGroup group{.tenant = *tenant,
                     .request = IntegerAt(row, 11).value_or(0),
                     .part = {.digest = std::string(TextAt(row, 1)),
                              .schema = std::string(TextAt(row, 2)),
                              .text = {},
                              .plan = TextAt(row, 3) == "0" ? "" : std::string(TextAt(row, 3)),
                              .calls = NumberAt(row, 5).value_or(0) * scale,
                              .seconds = seconds(6),
                              .rows = NumberAt(row, 7).value_or(0) * scale}};
    const std::string event(TextAt(row, 4));
    if (!event.empty()) group.part.waits.emplace_back(event, seconds(8));
    // Named as the kernel's own events are.
    group.part.waits.emplace_back("wait in request queue", seconds(9));
    group.part.waits.emplace_back("row lock wait", seconds(10));
    groups.push_back(std::move(group));
  }
  return groups;
}

void StatementTexts::Learn(const std::string& sql_id, const std::string& text, bool is_whole) {
  if (texts_.size() >= kMost) {
    texts_.clear();
    digests_.clear();
  }
  const auto [entry, is_new] = texts_.try_emplace(
      sql_id, NormaliseStatement(text, is_whole ? TextEnd::kWhole : TextEnd::kCut));
  if (is_new) digests_.try_emplace(entry->second, sql_id);
}

void StatementTexts::Name(StatementPart& part) const {
  const auto text = texts_.find(part.digest);
  if (text == texts_.end()) return;
  part.text = text->second;
  part.digest = digests_.at(text->second);
}

}  // namespace distdiag::collect

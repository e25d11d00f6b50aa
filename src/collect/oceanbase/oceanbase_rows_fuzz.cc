// libFuzzer target: any bytes as an answer of OceanBase's views (lines are rows, tabs part cells), through every parser of rows.
#include "collect/oceanbase/compaction_part.h"
#include "collect/oceanbase/disk_part.h"
#include "collect/oceanbase/events_part.h"
#include "collect/oceanbase/memory_part.h"
#include "collect/oceanbase/stat_access.h"
#include "collect/oceanbase/stat_reading.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::vector<distdiag::collect::SqlRow> RowsOf(std::string_view text) {
  std::vector<distdiag::collect::SqlRow> rows;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    auto& row = rows.emplace_back();
    for (std::string_view rest = line;;) {
      const std::string_view cell = rest.substr(0, rest.find('\t'));
      row.push_back(cell == "NULL" ? std::nullopt : std::optional(std::string(cell)));
      if (cell.size() == rest.size()) break;
      rest.remove_prefix(cell.size() + 1);
    }
  }
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace distdiag::collect;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto first = RowsOf(text.substr(0, size / 2));
  const auto second = RowsOf(text.substr(size / 2));
  StatRates rates;
  const auto start = distdiag::base::TimestampFromSeconds(1'700'000'000);
  rates.Next(ParseStat(first, {}, start), {});
  const auto step =
      rates.Next(ParseStat(second, {}, start + std::chrono::seconds(1)), {{1, "sys"}});
  for (const auto& value : step.values)
    if (std::isnan(value.value)) __builtin_trap();
  AbsentText(AbsentCounters(first), "4");
  MaySeeAllSessions(first);
  GrownCounts(ParseTenantCounts(first), ParseTenantCounts(second));
  MajorChanges(ParseMajorProgress(first), ParseMajorProgress(second), {});
  MajorState(first);
  FullestShare(first);
  HistoryCursor cursor;
  cursor.Begin(first.empty() ? "" : TextAt(first.front(), 0));
  for (const SqlRow& row : cursor.Next(second, false)) EventChange(row, {});
  cursor.Next(first, true);
  return 0;
}

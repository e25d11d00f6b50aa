#include "collect/oceanbase/events_part.h"

#include "collect/oceanbase/view_reader.h"
#include "collect/statement_text.h"
#include "sql/connection.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace distdiag::collect {
namespace {

using domain::ChangeKind;

constexpr std::size_t kMostRows = 200;
constexpr std::size_t kFirstPair = 3;
constexpr std::size_t kPairs = 6;
constexpr std::size_t kLongestDdl = 120;

constexpr std::string_view kColumns =
    "TIMESTAMP, MODULE, EVENT, NAME1, VALUE1, NAME2, VALUE2, NAME3, VALUE3, NAME4, VALUE4,"
    " NAME5, VALUE5, NAME6, VALUE6";
constexpr std::string_view kRootServiceEvents =
    "MODULE IN ('unit', 'disaster_recovery', 'balance', 'tenant_balance', 'ls_balance',"
    " 'transfer', 'resource_pool', 'major_merge')";
constexpr std::string_view kServerEvents =
    "MODULE = 'sql' AND EVENT = 'execute_cmd' AND NAME2 = 'sql_text'";

constexpr auto kSchemaWords =
    std::to_array<std::string_view>({"CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME"});

std::string_view ValueOf(const SqlRow& row, std::string_view name) {
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    if (TextAt(row, kFirstPair + 2 * pair) == name) return TextAt(row, kFirstPair + 2 * pair + 1);
  }
  return {};
}

std::optional<std::int64_t> TenantOf(const SqlRow& row) {
  return IntegerAt({std::string(ValueOf(row, "tenant_id"))}, 0);
}

// "start migrate ls replica (tenant shop, log stream 1001, destination 10.0.0.3:2882)"
std::string Described(const SqlRow& row, const TenantNames& names) {
  std::string event(TextAt(row, 2));
  std::replace(event.begin(), event.end(), '_', ' ');
  std::vector<std::string> words;
  if (const auto tenant = TenantOf(row)) words.push_back(TenantText(*tenant, names));
  if (const auto stream = ValueOf(row, "ls_id"); !stream.empty())
    words.push_back(fmt::format("log stream {}", stream));
  for (const std::string_view name :
       {"unit_id", "name", "server", "source", "destination", "leader", "comment"}) {
    if (const auto value = ValueOf(row, name); !value.empty())
      words.push_back(fmt::format("{} {}", name, value));
  }
  return words.empty() ? event : fmt::format("{} ({})", event, fmt::join(words, ", "));
}

bool StartsWithWord(std::string_view text, std::string_view word) {
  return text.starts_with(word) && text.size() > word.size() && text[word.size()] == ' ';
}

// The 4.3.5 kernel writes \n for a new line, \' for a quote and so on. Where a quote stands without a backslash the text is as it was typed, and
// taking its backslashes away could turn a part of a literal into a part of the statement.
std::string WithoutEscapes(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'' || text[i] == '"') return std::string(text);
    if (text[i] != '\\') {
      plain += text[i];
    } else if (++i < text.size()) {  // else the kernel cut it there
      const char c = text[i];
      plain += c == 'n' || c == 'r' || c == 't' ? ' ' : c;
    }
  }
  return plain;
}

std::optional<domain::ChangeEvent> SchemaChange(const SqlRow& row) {
  // A password's statement is written as ***.
  std::string text = NormaliseStatement(WithoutEscapes(ValueOf(row, "sql_text")), TextEnd::kCut);
  std::string upper = text.substr(0, 32);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const bool is_schema = std::any_of(kSchemaWords.begin(), kSchemaWords.end(),
                                     [&](auto word) { return StartsWithWord(upper, word); });
  // Parameters and freezes are told by those who watch them; accounts are nobody's business.
  if (!is_schema || upper.starts_with("ALTER SYSTEM") || upper.find(" USER ") != std::string::npos)
    return std::nullopt;
  if (text.size() > kLongestDdl) text = text.substr(0, text.rfind(' ', kLongestDdl)) + " …";
  const std::string_view code = ValueOf(row, "return_code");
  return domain::ChangeEvent{.time = {},
                             .kind = ChangeKind::kDdl,
                             .node = {},
                             .description = code == "0" || code.empty()
                                                ? text
                                                : fmt::format("{} (failed: error {})", text, code)};
}

std::string_view KindWord(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kDdl: return "DDL";
    case ChangeKind::kRebalance: return "rebalance";
    case ChangeKind::kCompaction: return "compaction";
    case ChangeKind::kTenant: return "tenant";
    case ChangeKind::kParameter:
    case ChangeKind::kLeaderMove:
    case ChangeKind::kRestart:
    case ChangeKind::kDeployment:
    case ChangeKind::kFaultInjected:
    case ChangeKind::kFaultRemoved:
    case ChangeKind::kMemberJoined:
    case ChangeKind::kMemberLeft:
    case ChangeKind::kRoleChanged:
    case ChangeKind::kFreeze: break;
  }
  return "other";
}

}  // namespace

std::optional<domain::ChangeEvent> EventChange(const SqlRow& row, const TenantNames& names) {
  const std::string_view module = TextAt(row, 1);
  const std::string_view event = TextAt(row, 2);
  if (module == "sql") return SchemaChange(row);
  if (const auto tenant = TenantOf(row);
      tenant && TenantKindOf(*tenant) == domain::TenantKind::kMeta)
    return std::nullopt;
  domain::ChangeEvent change{
      .time = {}, .kind = ChangeKind::kRebalance, .node = {}, .description = {}};
  if (module == "major_merge") {
    if (event != "root_major_freeze") return std::nullopt;
    change.kind = ChangeKind::kCompaction;
    const std::string_view reason = ValueOf(row, "freeze_reason");
    const auto tenant = TenantOf(row);
    change.description = fmt::format("major compaction of {} was ordered{}",
                                     tenant ? TenantText(*tenant, names) : "all tenants",
                                     reason.empty() ? "" : fmt::format(" ({})", reason));
    return change;
  }
  if ((module == "unit" && event.find("migrate") == std::string_view::npos) ||
      module == "resource_pool")
    change.kind = ChangeKind::kTenant;
  // No phase: the server that tells it is not the one that it happens to.
  change.description = Described(row, names);
  return change;
}

std::vector<domain::ChangeEvent> SummedUp(std::vector<domain::ChangeEvent> changes) {
  if (changes.size() <= kMostEvents) return changes;
  std::map<std::string_view, std::size_t> by_kind;
  for (std::size_t i = kMostEvents - 1; i < changes.size(); ++i)
    ++by_kind[KindWord(changes[i].kind)];
  std::vector<std::string> words;
  for (const auto& [word, count] : by_kind) words.push_back(fmt::format("{}x {}", count, word));
  const ChangeKind kind = changes[kMostEvents - 1].kind;
  const std::size_t more = changes.size() - kMostEvents + 1;
  changes.resize(kMostEvents - 1);
  changes.push_back(
      {.time = {},
       .kind = kind,
       .node = {},
       .description = fmt::format("and {} more events: {}", more, fmt::join(words, ", "))});
  return changes;
}

std::string HistoryCursor::Condition() const {
  return from_.empty() ? "1 = 1" : fmt::format("TIMESTAMP > {}", sql::Quoted(from_));
}

void HistoryCursor::Begin(std::string_view newest) {
  has_begun_ = true;
  from_ = newest_ = newest;
}

std::vector<SqlRow> HistoryCursor::Next(const std::vector<SqlRow>& rows, bool is_cut) {
  std::vector<SqlRow> fresh;
  std::set<std::string> seen;
  for (const SqlRow& row : rows) {
    std::string key;
    for (const auto& cell : row) key += cell.value_or("") + '\n';
    if (!seen_.contains(key)) fresh.push_back(row);
    if (TextAt(row, 0) > newest_) seen.insert(std::move(key));
  }
  // What was read twice is settled; only where there was more than fits, the time goes on at once.
  from_ = newest_;
  if (!rows.empty()) newest_ = std::max(newest_, std::string(TextAt(rows.back(), 0)));
  if (is_cut) {
    from_ = newest_;
    seen.clear();
  }
  seen_ = std::move(seen);
  return fresh;
}

base::Status EventsPart::Look(ViewReader& reader, const History& history, HistoryCursor& cursor,
                              std::vector<domain::ChangeEvent>& changes) {
  const std::string own = has_tenants_
                              ? fmt::format("{0}_IP = HOST_IP() AND {0}_PORT = RPC_PORT() AND {1}",
                                            history.server, history.events)
                              : std::string(history.events);
  if (!cursor.has_begun()) {
    // MAX alone is planned as a scan from the end, which this view does not do: the 4.3.5 kernel then gives the oldest time.
    const auto newest =
        reader.Ask("COUNT(*), MAX(TIMESTAMP)", history.view, "WHERE " + own, history.what);
    if (!newest) return newest.error();
    if (*newest && !(*newest)->empty()) cursor.Begin(TextAt((*newest)->front(), 1));
    return base::OkStatus();
  }
  const auto rows = reader.Ask(kColumns, history.view,
                               fmt::format("WHERE {} AND {} ORDER BY TIMESTAMP LIMIT {}",
                                           cursor.Condition(), own, kMostRows),
                               history.what);
  if (!rows) return rows.error();
  if (!*rows) return base::OkStatus();
  for (const SqlRow& row : cursor.Next(**rows, (*rows)->size() == kMostRows)) {
    if (auto change = EventChange(row, names_)) changes.push_back(std::move(*change));
  }
  return base::OkStatus();
}

base::Result<PartReading> EventsPart::Read(Session& session, base::Timestamp,
                                           base::Duration limit) {
  ViewReader reader(session, clock_.Now() + limit, account_, clock_);
  std::vector<domain::ChangeEvent> changes;
  // Each root service writes down who it is: an event is told by one node.
  RETURN_FAIL_IF_ERROR(Look(reader,
                            {.view = "DBA_OB_ROOTSERVICE_EVENT_HISTORY",
                             .server = "RS_SVR",
                             .events = kRootServiceEvents,
                             .what = "rebalances and ordered compactions"},
                            root_service_, changes));
  RETURN_FAIL_IF_ERROR(Look(reader,
                            {.view = "DBA_OB_SERVER_EVENT_HISTORY",
                             .server = "SVR",
                             .events = kServerEvents,
                             .what = "DDL"},
                            server_, changes));
  PartReading reading;
  reading.limits = std::move(reader.missing());
  reading.changes = SummedUp(std::move(changes));
  return reading;
}

}  // namespace distdiag::collect

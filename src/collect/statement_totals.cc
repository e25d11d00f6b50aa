#include "collect/statement_totals.h"

#include "collect/statement_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

// MySQL's table has by default 5000 to 10000 digests.
constexpr std::size_t kMostSums = 20000;

std::string KeyOf(const StatementPart& part) {
  return fmt::format("{}\n{}\n{}", part.schema, part.digest, part.plan);
}

// The largest; empty when none is larger than `least`.
std::string Largest(const std::map<std::string, double>& sums, double least) {
  const auto largest = std::max_element(
      sums.begin(), sums.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return largest == sums.end() || largest->second <= least ? std::string() : largest->first;
}

}  // namespace

void StatementTotals::Add(const StatementPart& part) {
  Sum& sum = sums_[fmt::format("{}\n{}", part.schema, part.digest)];
  sum.all.digest = part.digest;
  sum.all.schema = part.schema;
  if (sum.all.text.empty()) sum.all.text = part.text;
  sum.all.calls += part.calls;
  sum.all.seconds += part.seconds;
  sum.all.rows += part.rows;
  if (!part.plan.empty()) sum.plans[part.plan] += part.seconds;
  for (const auto& [wait, seconds] : part.waits) sum.waits[wait] += seconds;
}

domain::StatementSample StatementTotals::Rank(base::Timestamp from, base::Timestamp to) const {
  domain::StatementSample sample{.from = from, .to = to, .top = {}};
  std::vector<const Sum*> ranked;
  const double scale = 1 / base::ToSeconds(to - from);
  for (const auto& [key, sum] : sums_) {
    ranked.push_back(&sum);
    sample.seconds_per_second += sum.all.seconds * scale;
    sample.calls_per_second += sum.all.calls * scale;
  }
  std::sort(ranked.begin(), ranked.end(), [](const Sum* a, const Sum* b) {
    return a->all.seconds != b->all.seconds ? a->all.seconds > b->all.seconds
                                            : a->all.digest < b->all.digest;
  });
  if (ranked.size() > domain::kMostStatements) ranked.resize(domain::kMostStatements);
  for (const Sum* sum : ranked) {
    double waited = 0;
    for (const auto& [wait, seconds] : sum->waits) waited += seconds;
    const double calls = std::max(sum->all.calls, 1.0);
    sample.top.push_back({.digest = sum->all.digest,
                          .schema = sum->all.schema,
                          .text = NormaliseStatement(sum->all.text, TextEnd::kCut),
                          .seconds_per_second = sum->all.seconds * scale,
                          .calls_per_second = sum->all.calls * scale,
                          .ms_per_call = 1e3 * sum->all.seconds / calls,
                          .rows_per_call = sum->all.rows / calls,
                          .plan = Largest(sum->plans, -1),
                          // Time without a wait is time on the CPU.
                          .main_wait = Largest(sum->waits, sum->all.seconds - waited)});
  }
  return sample;
}

void StatementSums::Remember(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    std::string key = KeyOf(row.sum);
    if (sums_.size() >= kMostSums && !sums_.contains(key)) continue;
    sums_[std::move(key)] = {
        .calls = row.sum.calls, .seconds = row.sum.seconds, .rows = row.sum.rows};
  }
}

StatementTotals StatementSums::Next(const std::vector<Row>& rows) {
  StatementTotals totals;
  for (const Row& row : rows) {
    const auto found = sums_.find(KeyOf(row.sum));
    if (found == sums_.end() && !row.is_new) continue;
    const Sum before = found == sums_.end() ? Sum{} : found->second;
    StatementPart added = row.sum;
    added.calls -= before.calls;
    added.seconds -= before.seconds;
    added.rows -= before.rows;
    if (added.calls > 0 && added.seconds >= 0 && added.rows >= 0) totals.Add(added);
  }
  Remember(rows);
  return totals;
}

}  // namespace distdiag::collect

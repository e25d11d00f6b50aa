#include "incident/statement_history.h"

#include <algorithm>
#include <set>
#include <utility>

namespace distdiag::incident {
namespace {

// Kinds of one node before those that no sample names are looked for.
constexpr std::size_t kManyKinds = 1000;
// However short the samples are.
constexpr std::size_t kMostSamples = 600;

}  // namespace

bool StatementHistory::Add(domain::NodeIndex index, domain::StatementSample sample) {
  Node& node = nodes_[domain::Index(index)];
  if (!node.samples.empty() && sample.from < node.samples.back().to) return false;
  if (sample.to <= sample.from) return false;
  for (domain::StatementTime& one : sample.top) {
    Kind& kind = node.kinds[one.digest];
    if (!one.text.empty()) kind = {std::move(one.schema), std::move(one.text)};
    one.schema.clear();
    one.text.clear();
  }
  node.samples.push_back(std::move(sample));
  while (node.samples.back().to - node.samples.front().from > kLongest ||
         node.samples.size() > kMostSamples)
    node.samples.pop_front();
  if (node.kinds.size() > kManyKinds) ForgetKinds(node);
  return true;
}

void StatementHistory::ForgetKinds(Node& node) {
  std::set<std::string_view> named;
  for (const domain::StatementSample& sample : node.samples) {
    for (const domain::StatementTime& one : sample.top) named.insert(one.digest);
  }
  std::erase_if(node.kinds, [&](const auto& kind) { return !named.contains(kind.first); });
}

std::vector<domain::StatementSample> StatementHistory::Within(domain::NodeIndex index,
                                                              base::Timestamp from,
                                                              base::Timestamp to) const {
  const Node& node = nodes_[domain::Index(index)];
  std::vector<domain::StatementSample> within;
  for (const domain::StatementSample& sample : node.samples) {
    if (sample.from < from || sample.to > to) continue;
    domain::StatementSample& copy = within.emplace_back(sample);
    for (domain::StatementTime& one : copy.top) {
      const Kind& kind = node.kinds.at(one.digest);
      one.schema = kind.schema;
      one.text = kind.text;
    }
  }
  return within;
}

bool StatementHistory::empty() const {
  return std::all_of(nodes_.begin(), nodes_.end(),
                     [](const Node& node) { return node.samples.empty(); });
}

}  // namespace distdiag::incident

// The newest looks at each node's statements, for the time before and since a trouble began.
//
// Why so: what explains a change is told after the fact, so the time before must still be there. Texts are kept once a kind, not once a look.
// Thread: single (owner: the engine loop). Cost: at most kLongest of samples a node, about 1 MB.
#pragma once

#include "domain/statement.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace distdiag::incident {

class StatementHistory {
 public:
  explicit StatementHistory(std::size_t nodes) : nodes_(nodes) {}

  // A sample that does not begin at or after the end of the newest one is refused: false.
  bool Add(domain::NodeIndex node, domain::StatementSample sample);

  // Samples wholly within [from, to], oldest first.
  std::vector<domain::StatementSample> Within(domain::NodeIndex node, base::Timestamp from,
                                              base::Timestamp to) const;
  bool empty() const;

  static constexpr base::Duration kLongest = std::chrono::minutes(10);

 private:
  struct Kind {
    std::string schema;
    std::string text;
  };
  struct Node {
    std::deque<domain::StatementSample> samples;  // without schemas and texts
    std::map<std::string, Kind> kinds;            // by digest
  };

  static void ForgetKinds(Node& node);

  std::vector<Node> nodes_;
};

}  // namespace distdiag::incident

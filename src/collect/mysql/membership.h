// Who is in the Galera cluster and what role this node has, as changes.
//
// Thread: single (owner: the probe).
#pragma once

#include "collect/mysql/status_reading.h"
#include "domain/sample.h"

#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

class MembershipWatch {
 public:
  // `known` = addresses of the configured nodes, with or without port; empty = blind spots are not looked for.
  MembershipWatch(std::string node, std::vector<std::string> known);

  // What changed since the answer before: nothing at the first one.
  std::vector<domain::ChangeEvent> Next(const StatusFacts& facts, base::Timestamp time);
  // "10.77.0.14:3306 is a member of the cluster and is not configured: a blind spot", one a member.
  const std::vector<std::string>& blind_spots() const { return blind_spots_; }

 private:
  void NextMembers(const StatusFacts& facts, base::Timestamp time,
                   std::vector<domain::ChangeEvent>& changes);
  void NextRole(const StatusFacts& facts, base::Timestamp time,
                std::vector<domain::ChangeEvent>& changes);

  const std::string node_;
  const std::vector<std::string> known_;
  std::optional<double> cluster_size_;
  std::optional<std::vector<std::string>> members_;
  std::string local_state_;
  std::string cluster_status_;
  std::vector<std::string> blind_spots_;
};

}  // namespace distdiag::collect

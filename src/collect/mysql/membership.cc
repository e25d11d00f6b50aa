#include "collect/mysql/membership.h"

#include "collect/mysql/galera_text.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace distdiag::collect {
namespace {

std::vector<std::string> Without(const std::vector<std::string>& all,
                                 const std::vector<std::string>& these) {
  std::vector<std::string> rest;
  std::set_difference(all.begin(), all.end(), these.begin(), these.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

MembershipWatch::MembershipWatch(std::string node, std::vector<std::string> known)
    : node_(std::move(node)), known_(std::move(known)) {}

std::vector<domain::ChangeEvent> MembershipWatch::Next(const StatusFacts& facts,
                                                       base::Timestamp time) {
  std::vector<domain::ChangeEvent> changes;
  if (!facts.cluster_size && facts.local_state.empty()) return changes;  // not a Galera node
  NextMembers(facts, time, changes);
  NextRole(facts, time, changes);
  return changes;
}

void MembershipWatch::NextMembers(const StatusFacts& facts, base::Timestamp time,
                                  std::vector<domain::ChangeEvent>& changes) {
  auto members = ParseIncomingAddresses(facts.incoming_addresses);
  const bool first = !members_;
  const auto joined = first ? std::vector<std::string>{} : Without(members, *members_);
  const auto left = first ? std::vector<std::string>{} : Without(*members_, members);
  std::string size;
  if (cluster_size_ && facts.cluster_size && *cluster_size_ != *facts.cluster_size)
    size = fmt::format("cluster size {:.0f} -> {:.0f}", *cluster_size_, *facts.cluster_size);

  const bool grew = !size.empty() ? *facts.cluster_size > *cluster_size_ : left.empty();
  if (!size.empty() || !joined.empty() || !left.empty()) {
    std::vector<std::string> parts;
    if (!size.empty()) parts.push_back(size);
    for (const auto& member : joined) {
      parts.push_back(known_.empty() || IsKnownAddress(member, known_)
                          ? fmt::format("{} joined", member)
                          : fmt::format("{} joined and is not configured: a blind spot", member));
    }
    for (const auto& member : left) parts.push_back(fmt::format("{} left", member));
    changes.push_back(
        {.time = time,
         .kind = grew ? domain::ChangeKind::kMemberJoined : domain::ChangeKind::kMemberLeft,
         .node = node_,
         .description = fmt::format("{}", fmt::join(parts, ", "))});
  }
  blind_spots_.clear();
  for (const auto& member : members) {
    if (!known_.empty() && !IsKnownAddress(member, known_)) {
      blind_spots_.push_back(fmt::format(
          "{} is a member of the cluster and is not configured: a blind spot; add it to the nodes",
          member));
    }
  }
  members_ = std::move(members);
  if (facts.cluster_size) cluster_size_ = facts.cluster_size;
}

void MembershipWatch::NextRole(const StatusFacts& facts, base::Timestamp time,
                               std::vector<domain::ChangeEvent>& changes) {
  const auto add = [&](std::string description) {
    changes.push_back({.time = time,
                       .kind = domain::ChangeKind::kRoleChanged,
                       .node = node_,
                       .description = std::move(description)});
  };
  if (!local_state_.empty() && !facts.local_state.empty() && facts.local_state != local_state_)
    add(fmt::format("{} became {} (was {})", node_, facts.local_state, local_state_));
  if (!cluster_status_.empty() && !facts.cluster_status.empty() &&
      facts.cluster_status != cluster_status_) {
    add(fmt::format("{} is in a {} component (was {})", node_, facts.cluster_status,
                    cluster_status_));
  }
  if (!facts.local_state.empty()) local_state_ = facts.local_state;
  if (!facts.cluster_status.empty()) cluster_status_ = facts.cluster_status;
}

}  // namespace distdiag::collect

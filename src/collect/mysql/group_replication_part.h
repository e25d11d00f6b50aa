// MySQL Group Replication (InnoDB Cluster): this member's state and queues, and who is in the group.
//
// Thread: single (owner: the probe). Cost: one statement over two tables of a few rows.
#pragma once

#include "collect/slow_part.h"
#include "collect/sql_cell.h"

#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

struct GroupMember {
  std::string id;
  std::string address;  // host:port
  std::string state;    // ONLINE RECOVERING OFFLINE ERROR UNREACHABLE
  std::string role;     // PRIMARY SECONDARY
};

struct GroupView {
  std::vector<GroupMember> members;     // sorted by id; only those whose state is known
  std::optional<GroupMember> self;      // nullopt: not a member of a group
  std::optional<double> queue;          // transactions that wait for the conflict check
  std::optional<double> applier_queue;  // transactions of others that wait to be applied
  std::optional<double> conflicts;      // since the start
};

// Columns of `rows`: own id, id, host, port, state, role, queue, applier queue, conflicts.
GroupView ParseGroup(const std::vector<SqlRow>& rows);
// ONLINE 2, RECOVERING 1, OFFLINE 0, UNREACHABLE -1, ERROR -2; nullopt for another word.
std::optional<double> MemberStateCode(std::string_view state);
// Who came, who left, who is the primary now, which state this member took on.
std::vector<domain::ChangeEvent> GroupChanges(const GroupView& before, const GroupView& now);

class GroupReplicationPart final : public SlowPart {
 public:
  explicit GroupReplicationPart(std::string account) : account_(std::move(account)) {}
  std::string_view name() const override { return "group replication"; }
  base::Result<PartReading> Read(Session& session, base::Timestamp now,
                                 base::Duration limit) override;
  void Restarted() override { before_.reset(); }

 private:
  const std::string account_;
  std::optional<GroupView> before_;
  base::Timestamp before_time_;
};

}  // namespace distdiag::collect

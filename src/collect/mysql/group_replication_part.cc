#include "collect/mysql/group_replication_part.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::string_view kGroup =
    "SELECT @@server_uuid, m.MEMBER_ID, m.MEMBER_HOST, m.MEMBER_PORT, m.MEMBER_STATE,"
    " m.MEMBER_ROLE, s.COUNT_TRANSACTIONS_IN_QUEUE,"
    " s.COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE, s.COUNT_CONFLICTS_DETECTED"
    " FROM performance_schema.replication_group_members m"
    " LEFT JOIN performance_schema.replication_group_member_stats s USING (MEMBER_ID)";

const GroupMember* Find(const GroupView& view, std::string_view id) {
  const auto found = std::find_if(view.members.begin(), view.members.end(),
                                  [&](const GroupMember& m) { return m.id == id; });
  return found == view.members.end() ? nullptr : &*found;
}

const GroupMember* Primary(const GroupView& view) {
  const auto found = std::find_if(view.members.begin(), view.members.end(),
                                  [](const GroupMember& m) { return m.role == "PRIMARY"; });
  return found == view.members.end() ? nullptr : &*found;
}

domain::ChangeEvent Event(domain::ChangeKind kind, std::string description) {
  return {.time = {}, .kind = kind, .node = {}, .description = std::move(description)};
}

}  // namespace

GroupView ParseGroup(const std::vector<SqlRow>& rows) {
  GroupView view;
  for (const SqlRow& row : rows) {
    GroupMember member{.id = std::string(TextAt(row, 1)),
                       .address = fmt::format("{}:{}", TextAt(row, 2), TextAt(row, 3)),
                       .state = std::string(TextAt(row, 4)),
                       .role = std::string(TextAt(row, 5))};
    // A server outside a group has one row without an id.
    if (member.id.empty() || !MemberStateCode(member.state)) continue;
    if (member.id == TextAt(row, 0)) {
      view.self = member;
      view.queue = NumberAt(row, 6);
      view.applier_queue = NumberAt(row, 7);
      view.conflicts = NumberAt(row, 8);
    }
    view.members.push_back(std::move(member));
  }
  std::sort(view.members.begin(), view.members.end(),
            [](const GroupMember& a, const GroupMember& b) { return a.id < b.id; });
  return view;
}

std::optional<double> MemberStateCode(std::string_view state) {
  if (state == "ONLINE") return 2;
  if (state == "RECOVERING") return 1;
  if (state == "OFFLINE") return 0;
  if (state == "UNREACHABLE") return -1;
  if (state == "ERROR") return -2;
  return std::nullopt;
}

std::vector<domain::ChangeEvent> GroupChanges(const GroupView& before, const GroupView& now) {
  using domain::ChangeKind;
  std::vector<domain::ChangeEvent> changes;
  for (const GroupMember& member : now.members) {
    if (Find(before, member.id) == nullptr)
      changes.push_back(
          Event(ChangeKind::kMemberJoined, fmt::format("{} joined the group", member.address)));
  }
  for (const GroupMember& member : before.members) {
    if (Find(now, member.id) == nullptr)
      changes.push_back(
          Event(ChangeKind::kMemberLeft, fmt::format("{} left the group", member.address)));
  }
  const GroupMember* primary = Primary(now);
  const GroupMember* old_primary = Primary(before);
  if (primary != nullptr && old_primary != nullptr && primary->id != old_primary->id) {
    changes.push_back(
        Event(ChangeKind::kLeaderMove,
              fmt::format("{} became PRIMARY (was {})", primary->address, old_primary->address)));
  }
  if (before.self && now.self && before.self->state != now.self->state) {
    changes.push_back(
        Event(ChangeKind::kRoleChanged, fmt::format("{} became {} (was {})", now.self->address,
                                                    now.self->state, before.self->state)));
  }
  return changes;
}

base::Result<PartReading> GroupReplicationPart::Read(Session& session, base::Timestamp now,
                                                     base::Duration limit) {
  auto answer = session.Query(kGroup, limit);
  PartReading reading;
  if (!answer) {
    if (session.broken()) return base::Fail(answer.error());
    // Refused says nothing about whether there is a group: MariaDB refuses tables that it does not have. The digests name
    // the missing right, which is the same.
    reading.is_offered = false;
    before_.reset();
    return reading;
  }
  GroupView view = ParseGroup(answer->rows);
  if (!view.self) {
    reading.is_offered = false;  // not in a group now
    before_.reset();
    return reading;
  }
  AddValue("d_gr_member_state", MemberStateCode(view.self->state), reading.values);
  AddValue("d_gr_is_primary", view.self->role == "PRIMARY" ? 1 : 0, reading.values);
  AddValue("d_gr_members_online",
           static_cast<double>(std::count_if(view.members.begin(), view.members.end(),
                                             [](const auto& m) { return m.state == "ONLINE"; })),
           reading.values);
  AddValue("d_gr_queue", view.queue, reading.values);
  AddValue("d_gr_applier_queue", view.applier_queue, reading.values);
  if (before_) {
    const double elapsed_s = base::ToSeconds(now - before_time_);
    if (view.conflicts && before_->conflicts && *view.conflicts >= *before_->conflicts &&
        elapsed_s > 0)
      AddValue("d_gr_conflicts", (*view.conflicts - *before_->conflicts) / elapsed_s,
               reading.values);
    reading.changes = GroupChanges(*before_, view);
  }
  before_ = std::move(view);
  before_time_ = now;
  return reading;
}

}  // namespace distdiag::collect

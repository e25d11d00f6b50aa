#include "engine/database_parts.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace distdiag::engine {
namespace {

using domain::DatabaseStructure;

// No part of it lies on another server. REQUIRES: one server.
bool IsAlone(const DatabaseStructure& structure) {
  const std::string& server = structure.servers.front().address;
  return std::all_of(structure.log_streams.begin(), structure.log_streams.end(),
                     [&](const domain::LogStream& stream) {
                       return std::all_of(
                           stream.replicas.begin(), stream.replicas.end(),
                           [&](const auto& replica) { return replica.server == server; });
                     });
}

// `more` without what `all` has already, by `is_same`.
template <typename Part, typename IsSame>
void Add(std::vector<Part>& all, const std::vector<Part>& more, const IsSame& is_same) {
  for (const Part& part : more) {
    if (std::none_of(all.begin(), all.end(),
                     [&](const Part& other) { return is_same(other, part); }))
      all.push_back(part);
  }
}

}  // namespace

std::shared_ptr<const DatabaseStructure> AddStructure(
    std::shared_ptr<const DatabaseStructure> before,
    std::shared_ptr<const DatabaseStructure> newer) {
  if (!before || newer->servers.size() != 1 || !IsAlone(*newer)) return newer;
  // What was told of several servers at once is a cluster; it has shrunk to one.
  const bool were_alone =
      std::all_of(before->log_streams.begin(), before->log_streams.end(),
                  [](const domain::LogStream& stream) { return stream.replicas.size() <= 1; });
  if (!were_alone) return newer;
  const std::string& server = newer->servers.front().address;
  auto all = std::make_shared<DatabaseStructure>(*newer);
  DatabaseStructure old = *before;
  std::erase_if(old.servers, [&](const auto& one) { return one.address == server; });
  std::erase_if(old.units, [&](const auto& one) { return one.server == server; });
  std::erase_if(old.log_streams, [&](const domain::LogStream& stream) {
    return stream.replicas.empty() || stream.replicas.front().server == server;
  });
  std::erase_if(old.missing, [&](const std::string& text) {
    return std::find(newer->missing.begin(), newer->missing.end(), text) != newer->missing.end();
  });
  const auto never = [](const auto&, const auto&) { return false; };
  Add(all->servers, old.servers, never);
  Add(all->units, old.units, never);
  Add(all->log_streams, old.log_streams, never);
  Add(all->missing, old.missing, never);
  Add(all->zones, old.zones, [](const auto& a, const auto& b) { return a.name == b.name; });
  Add(all->tenants, old.tenants, [](const auto& a, const auto& b) { return a.id == b.id; });
  std::sort(all->servers.begin(), all->servers.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  std::sort(all->units.begin(), all->units.end(), [](const auto& a, const auto& b) {
    return std::tie(a.tenant, a.server) < std::tie(b.tenant, b.server);
  });
  const auto place = [](const domain::LogStream& stream) {
    return std::tuple(stream.tenant, stream.id,
                      stream.replicas.empty() ? std::string() : stream.replicas.front().server);
  };
  std::sort(all->log_streams.begin(), all->log_streams.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  std::sort(all->missing.begin(), all->missing.end());
  return all;
}

}  // namespace distdiag::engine

#include "store/detector_repository.h"

#include <fmt/format.h>

#include <utility>

namespace distdiag::store {
namespace {

constexpr const char* kColumns =
    "SELECT id, cluster, time_us, author, reason, body FROM detector_version ";

base::Result<DetectorVersion> ReadRow(const Statement& row) {
  DetectorVersion version{.id = row.Int(0),
                          .cluster = row.Text(1),
                          .time = row.Time(2),
                          .author = row.Text(3),
                          .reason = row.Text(4),
                          .definitions = {}};
  ASSIGN_OR_RETURN(
      version.definitions,
      domain::ReadDetectors(row.Text(5), fmt::format("detector version {}", version.id)));
  return version;
}

}  // namespace

base::Result<DetectorVersion> DetectorRepository::Add(DetectorVersion version, std::int64_t base) {
  const base::Status status =
      database_.InTransaction([&](Transaction& transaction) -> base::Status {
        Connection& connection = transaction.connection();
        ASSIGN_OR_RETURN_STATUS(
            Statement newest,
            connection.Prepare(
                "SELECT COALESCE(MAX(id), 0) FROM detector_version WHERE cluster = ?"));
        ASSIGN_OR_RETURN_STATUS(const bool found, newest.Bind(version.cluster).Step());
        const std::int64_t id = found ? newest.Int(0) : 0;
        if (id != base) {
          return base::FailedPrecondition(fmt::format(
              "expected a change of the newest version, {}; found one of version {}: somebody else "
              "changed the detectors meanwhile",
              id, base));
        }
        ASSIGN_OR_RETURN_STATUS(
            Statement insert,
            connection.Prepare("INSERT INTO detector_version (cluster, time_us, author, reason, "
                               "body) VALUES (?, ?, ?, ?, ?)"));
        RETURN_IF_ERROR(insert.Bind(version.cluster)
                            .Bind(version.time)
                            .Bind(version.author)
                            .Bind(version.reason)
                            .Bind(domain::DetectorsToJson(version.definitions))
                            .Run());
        version.id = connection.last_insert_id();
        return base::OkStatus();
      });
  if (!status.ok()) return base::Fail(status);
  return version;
}

base::Result<std::optional<DetectorVersion>> DetectorRepository::Newest(
    const std::string& cluster) const {
  ASSIGN_OR_RETURN(auto versions, List(cluster, 1));
  if (versions.empty()) return std::optional<DetectorVersion>();
  return std::optional<DetectorVersion>(std::move(versions.front()));
}

base::Result<DetectorVersion> DetectorRepository::Get(const std::string& cluster,
                                                      std::int64_t id) const {
  return database_.Query<DetectorVersion>([&](Connection& connection)
                                              -> base::Result<DetectorVersion> {
    ASSIGN_OR_RETURN(Statement select,
                     connection.Prepare(fmt::format("{} WHERE cluster = ? AND id = ?", kColumns)));
    ASSIGN_OR_RETURN(const bool found, select.Bind(cluster).Bind(id).Step());
    if (!found)
      return base::Fail(base::NotFound(fmt::format("there is no version {} of the detectors", id)));
    return ReadRow(select);
  });
}

base::Result<std::vector<DetectorVersion>> DetectorRepository::List(const std::string& cluster,
                                                                    int limit) const {
  using Versions = std::vector<DetectorVersion>;
  return database_.Query<Versions>([&](Connection& connection) -> base::Result<Versions> {
    Versions versions;
    ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare(fmt::format("{} WHERE cluster = ? ORDER BY id DESC LIMIT ?", kColumns)));
    select.Bind(cluster).Bind(static_cast<std::int64_t>(limit));
    while (true) {
      ASSIGN_OR_RETURN(const bool more, select.Step());
      if (!more) return versions;
      ASSIGN_OR_RETURN(auto version, ReadRow(select));
      versions.push_back(std::move(version));
    }
  });
}

}  // namespace distdiag::store

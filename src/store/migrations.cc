#include "store/migrations.h"

#include <fmt/format.h>

#include <array>

namespace distdiag::store {
namespace {

constexpr const char* kFirstSchema = R"sql(
CREATE TABLE alarm (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  cluster   TEXT NOT NULL,
  node      TEXT NOT NULL,
  metric    TEXT NOT NULL,
  detector  TEXT NOT NULL,
  time_us   INTEGER NOT NULL,
  severity  REAL,
  observed  REAL,
  expected  REAL,
  band_low  REAL,
  band_high REAL,
  since_us  INTEGER NOT NULL
) STRICT;
CREATE INDEX alarm_by_node ON alarm (cluster, node, time_us);
CREATE INDEX alarm_by_time ON alarm (time_us);

CREATE TABLE incident (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  cluster     TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('open', 'resolved')),
  started_us  INTEGER NOT NULL,
  detected_us INTEGER NOT NULL,
  updated_us  INTEGER NOT NULL,
  resolved_us INTEGER,
  body        TEXT NOT NULL
) STRICT;
CREATE INDEX incident_by_cluster ON incident (cluster, id);
CREATE INDEX incident_open ON incident (id) WHERE state = 'open';

CREATE TABLE incident_history (
  incident_id INTEGER NOT NULL REFERENCES incident (id),
  position    INTEGER NOT NULL,
  time_us     INTEGER NOT NULL,
  verdict     TEXT NOT NULL,
  PRIMARY KEY (incident_id, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER incident_history_is_append_only BEFORE UPDATE ON incident_history
BEGIN SELECT RAISE(ABORT, 'what an incident has said is never rewritten'); END;

CREATE TABLE incident_evidence (
  incident_id INTEGER PRIMARY KEY REFERENCES incident (id),
  charts      TEXT NOT NULL,
  graph       TEXT NOT NULL,
  impact      TEXT NOT NULL
) STRICT;

CREATE TABLE note (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  incident_id INTEGER NOT NULL REFERENCES incident (id),
  time_us     INTEGER NOT NULL,
  author      TEXT NOT NULL,
  text        TEXT NOT NULL
) STRICT;
CREATE INDEX note_by_incident ON note (incident_id, id);

CREATE TABLE delivery (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  incident_id     INTEGER NOT NULL REFERENCES incident (id),
  channel         TEXT NOT NULL,
  event           TEXT NOT NULL,
  payload         TEXT NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts        INTEGER NOT NULL,
  created_us      INTEGER NOT NULL,
  next_attempt_us INTEGER NOT NULL,
  last_error      TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_by_incident ON delivery (incident_id, id);
CREATE INDEX delivery_pending ON delivery (next_attempt_us) WHERE state = 'pending';
CREATE INDEX delivery_pending_in_order ON delivery (incident_id, channel, id) WHERE state = 'pending';
)sql";

constexpr const char* kDrills = R"sql(
CREATE TABLE drill (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  suite      TEXT NOT NULL,
  run        TEXT NOT NULL,
  cluster    TEXT NOT NULL,
  phase      TEXT NOT NULL CHECK (phase IN ('waiting', 'preparing', 'active', 'recovering', 'done', 'failed',
                                            'cancelled')),
  created_us INTEGER NOT NULL,
  body       TEXT NOT NULL
) STRICT;
CREATE INDEX drill_by_run ON drill (run, id);
CREATE INDEX drill_by_suite ON drill (suite, id);
CREATE INDEX drill_unfinished ON drill (id) WHERE phase IN ('waiting', 'preparing', 'active', 'recovering');
)sql";

constexpr const char* kStatements = R"sql(
ALTER TABLE incident_evidence ADD COLUMN statements TEXT NOT NULL DEFAULT '';
)sql";

constexpr const char* kDetectors = R"sql(
CREATE TABLE detector_version (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  cluster TEXT NOT NULL,
  time_us INTEGER NOT NULL,
  author  TEXT NOT NULL,
  reason  TEXT NOT NULL,
  body    TEXT NOT NULL
) STRICT;
CREATE INDEX detector_version_by_cluster ON detector_version (cluster, id);
CREATE TRIGGER detector_version_is_append_only BEFORE UPDATE ON detector_version
BEGIN SELECT RAISE(ABORT, 'a version of the detectors is never rewritten'); END;
)sql";

// The triggers together allow nothing but the next version: REPLACE would pass the one on DELETE unseen.
constexpr const char* kFeedback = R"sql(
CREATE TABLE feedback (
  incident_id   INTEGER NOT NULL REFERENCES incident (id),
  version       INTEGER NOT NULL,
  time_us       INTEGER NOT NULL,
  judgement     TEXT NOT NULL CHECK (judgement IN ('confirmed', 'wrong_node', 'wrong_problem', 'not_an_incident',
                                                   'withdrawn')),
  author        TEXT NOT NULL,
  comment       TEXT NOT NULL,
  said_node     TEXT,
  said_problem  TEXT,
  right_node    TEXT,
  right_problem TEXT,
  PRIMARY KEY (incident_id, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER feedback_is_append_only BEFORE UPDATE ON feedback
BEGIN SELECT RAISE(ABORT, 'a judgement is never rewritten'); END;
CREATE TRIGGER feedback_is_kept BEFORE DELETE ON feedback
BEGIN SELECT RAISE(ABORT, 'a judgement is never rewritten'); END;
CREATE TRIGGER feedback_grows_by_one BEFORE INSERT ON feedback
WHEN NEW.version <> (SELECT COALESCE(MAX(version), 0) + 1 FROM feedback WHERE incident_id = NEW.incident_id)
BEGIN SELECT RAISE(ABORT, 'a judgement is never rewritten: expected the next version'); END;
)sql";

constexpr std::array<const char*, 5> kMigrations = {kFirstSchema, kDrills, kStatements, kDetectors,
                                                    kFeedback};

base::Status TakeStep(Connection& connection, const char* sql, std::int64_t version) {
  RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
  base::Status status = connection.Execute(sql);
  if (status.ok()) {
    status = connection.Execute(fmt::format("PRAGMA user_version = {}; PRAGMA application_id = {}",
                                            version, kApplicationId));
  }
  if (status.ok()) status = connection.Execute("COMMIT");
  if (!status.ok() && connection.in_transaction()) {
    base::Status rolled_back = connection.Execute("ROLLBACK");
    if (!rolled_back.ok()) return rolled_back;
  }
  return status;
}

}  // namespace

std::span<const char* const> Migrations() { return kMigrations; }

base::Status CheckOrigin(Connection& connection, std::int64_t newest) {
  ASSIGN_OR_RETURN_STATUS(const std::int64_t application,
                          connection.QueryInt("PRAGMA application_id"));
  ASSIGN_OR_RETURN_STATUS(const std::int64_t found, connection.QueryInt("PRAGMA user_version"));
  ASSIGN_OR_RETURN_STATUS(const std::int64_t tables,
                          connection.QueryInt("SELECT count(*) FROM sqlite_schema"));
  const bool blank = application == 0 && tables == 0 && found == 0;
  if (application != kApplicationId && !blank) {
    return base::FailedPrecondition(fmt::format(
        "{}: expected a database of DistDiag, found one of another program (application id {:#x})",
        connection.path(), application));
  }
  if (found > newest) {
    return base::FailedPrecondition(
        fmt::format("{}: expected a database of version {} or older, found version {}: a newer "
                    "DistDiag has written it",
                    connection.path(), newest, found));
  }
  return base::OkStatus();
}

base::Status Migrate(Connection& connection, std::span<const char* const> migrations) {
  const auto newest = static_cast<std::int64_t>(migrations.size());
  RETURN_IF_ERROR(CheckOrigin(connection, newest));
  ASSIGN_OR_RETURN_STATUS(const std::int64_t found, connection.QueryInt("PRAGMA user_version"));
  for (std::int64_t step = found; step < newest; ++step) {
    RETURN_IF_ERROR(TakeStep(connection, migrations[static_cast<std::size_t>(step)], step + 1));
  }
  return base::OkStatus();
}

}  // namespace distdiag::store

#include "store/feedback_repository.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace distdiag::store {
namespace {

using domain::Feedback;
using domain::Judgement;

// Version 0: there is none yet.
struct Newest {
  std::int64_t version = 0;
  Judgement judgement = Judgement::kWithdrawn;
};

base::Result<Judgement> ReadJudgement(const std::string& name) {
  const auto judgement = domain::FindJudgement(name);
  if (judgement) return *judgement;
  return base::Fail(
      base::DataLoss(fmt::format("feedback: expected a known judgement, found \"{}\"", name)));
}

base::Result<domain::ProblemId> ReadProblem(const std::string& name) {
  const auto problem = domain::FindProblem(name);
  if (problem) return *problem;
  return base::Fail(
      base::DataLoss(fmt::format("feedback: expected a known problem, found \"{}\"", name)));
}

base::Result<Newest> FindNewest(Connection& connection, std::int64_t incident_id) {
  ASSIGN_OR_RETURN(Statement select,
                   connection.Prepare("SELECT version, judgement FROM feedback WHERE incident_id = "
                                      "? ORDER BY version DESC LIMIT 1"));
  ASSIGN_OR_RETURN(const bool found, select.Bind(incident_id).Step());
  if (!found) return Newest{};
  Newest newest{.version = select.Int(0)};
  ASSIGN_OR_RETURN(newest.judgement, ReadJudgement(select.Text(1)));
  return newest;
}

base::Status CheckIncident(Connection& connection, std::int64_t incident_id) {
  ASSIGN_OR_RETURN_STATUS(Statement known,
                          connection.Prepare("SELECT 1 FROM incident WHERE id = ?"));
  ASSIGN_OR_RETURN_STATUS(const bool exists, known.Bind(incident_id).Step());
  if (exists) return base::OkStatus();
  return base::NotFound(fmt::format("there is no incident {}", incident_id));
}

void BindOptional(Statement& statement, const std::optional<std::string>& text) {
  if (text) {
    statement.Bind(*text);
  } else {
    statement.BindNull();
  }
}

void BindOptional(Statement& statement, const std::optional<domain::ProblemId>& problem) {
  BindOptional(statement, problem ? std::optional(std::string(domain::GetProblem(*problem).name))
                                  : std::nullopt);
}

base::Status Insert(Connection& connection, const Feedback& feedback) {
  ASSIGN_OR_RETURN_STATUS(
      Statement insert,
      connection.Prepare(
          "INSERT INTO feedback (incident_id, version, time_us, judgement, author, comment, "
          "said_node, said_problem, right_node, right_problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?)"));
  insert.Bind(feedback.incident_id)
      .Bind(feedback.version)
      .Bind(feedback.time)
      .Bind(domain::JudgementName(feedback.judgement))
      .Bind(feedback.author)
      .Bind(feedback.comment);
  const auto& said = feedback.said;
  BindOptional(insert, said ? said->node : std::nullopt);
  BindOptional(insert, said ? std::optional(said->problem) : std::nullopt);
  BindOptional(insert, feedback.right_node);
  BindOptional(insert, feedback.right_problem);
  return insert.Run();
}

// Columns as List() asks for them.
base::Result<Feedback> ReadRow(const Statement& row, std::int64_t incident_id) {
  Feedback feedback;
  feedback.incident_id = incident_id;
  feedback.version = row.Int(0);
  feedback.time = row.Time(1);
  ASSIGN_OR_RETURN(feedback.judgement, ReadJudgement(row.Text(2)));
  feedback.author = row.Text(3);
  feedback.comment = row.Text(4);
  if (!row.IsNull(6)) {
    feedback.said.emplace();
    if (!row.IsNull(5)) feedback.said->node = row.Text(5);
    ASSIGN_OR_RETURN(feedback.said->problem, ReadProblem(row.Text(6)));
  }
  if (!row.IsNull(7)) feedback.right_node = row.Text(7);
  if (!row.IsNull(8)) {
    ASSIGN_OR_RETURN(feedback.right_problem, ReadProblem(row.Text(8)));
  }
  return feedback;
}

}  // namespace

base::Result<Feedback> FeedbackRepository::Add(Feedback feedback) {
  const base::Status status =
      database_.InTransaction([&](Transaction& transaction) -> base::Status {
        Connection& connection = transaction.connection();
        RETURN_IF_ERROR(CheckIncident(connection, feedback.incident_id));
        ASSIGN_OR_RETURN_STATUS(const Newest newest, FindNewest(connection, feedback.incident_id));
        if (feedback.judgement == Judgement::kWithdrawn &&
            newest.judgement == Judgement::kWithdrawn) {
          return base::FailedPrecondition(
              fmt::format("judgement: expected one that can be taken back, found that none stands "
                          "on incident {}",
                          feedback.incident_id));
        }
        feedback.version = newest.version + 1;
        return Insert(connection, feedback);
      });
  if (!status.ok()) return base::Fail(status);
  return feedback;
}

base::Result<std::vector<Feedback>> FeedbackRepository::List(std::int64_t incident_id) const {
  using History = std::vector<Feedback>;
  return database_.Query<History>([&](Connection& connection) -> base::Result<History> {
    History history;
    ASSIGN_OR_RETURN(Statement select,
                     connection.Prepare("SELECT version, time_us, judgement, author, comment, "
                                        "said_node, said_problem, right_node, right_problem FROM "
                                        "feedback WHERE incident_id = ? ORDER BY version"));
    select.Bind(incident_id);
    while (true) {
      ASSIGN_OR_RETURN(const bool more, select.Step());
      if (!more) return history;
      ASSIGN_OR_RETURN(Feedback feedback, ReadRow(select, incident_id));
      history.push_back(std::move(feedback));
    }
  });
}

base::Result<std::map<std::int64_t, Judgement>> FeedbackRepository::Current(
    std::span<const std::int64_t> incident_ids) const {
  using ById = std::map<std::int64_t, Judgement>;
  return database_.Query<ById>([&](Connection& connection) -> base::Result<ById> {
    ById current;
    for (const std::int64_t id : incident_ids) {
      ASSIGN_OR_RETURN(const Newest newest, FindNewest(connection, id));
      if (newest.judgement != Judgement::kWithdrawn) current.emplace(id, newest.judgement);
    }
    return current;
  });
}

base::Result<domain::FeedbackMeter> FeedbackRepository::Count(const std::string& cluster) const {
  using domain::FeedbackMeter;
  return database_.Query<FeedbackMeter>([&](Connection& connection) -> base::Result<FeedbackMeter> {
    FeedbackMeter meter;
    ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare("SELECT judgement, count(*) FROM feedback JOIN incident ON incident.id "
                           "= feedback.incident_id WHERE incident.cluster = ? AND version = "
                           "(SELECT max(version) FROM feedback AS newer WHERE newer.incident_id = "
                           "feedback.incident_id) GROUP BY judgement"));
    select.Bind(cluster);
    while (true) {
      ASSIGN_OR_RETURN(const bool more, select.Step());
      if (!more) return meter;
      ASSIGN_OR_RETURN(const Judgement judgement, ReadJudgement(select.Text(0)));
      meter.Add(judgement, select.Int(1));
    }
  });
}

}  // namespace distdiag::store

#include "store/alarm_repository.h"
#include "store/delivery_repository.h"
#include "store/incident_repository.h"
#include "store/note_repository.h"
#include "store/test_fixture.h"

#include <gtest/gtest.h>

#include <vector>

namespace distdiag::store {
namespace {

using base::StatusCode;

class RepositoriesTest : public StoreTest {
 protected:
  std::int64_t AddIncident(const domain::Incident& incident = SampleIncident()) {
    IncidentRepository incidents(*database_);
    std::int64_t id = 0;
    const base::Status stored =
        database_->InTransaction([&](Transaction& transaction) -> base::Status {
          ASSIGN_OR_RETURN_STATUS(id, incidents.Insert(transaction, incident, Lab()));
          return base::OkStatus();
        });
    EXPECT_TRUE(stored.ok()) << stored.message();
    return id;
  }

  static domain::Delivery SampleDelivery(std::int64_t incident_id, const std::string& event,
                                         double due) {
    domain::Delivery delivery;
    delivery.incident_id = incident_id;
    delivery.channel = "hook";
    delivery.event = event;
    delivery.payload = "{}";
    delivery.created = At(0);
    delivery.next_attempt = At(due);
    return delivery;
  }

  std::int64_t Enqueue(std::int64_t incident_id, const std::string& event, double due = 0) {
    DeliveryRepository deliveries(*database_);
    std::int64_t id = 0;
    const domain::Delivery delivery = SampleDelivery(incident_id, event, due);
    const base::Status stored =
        database_->InTransaction([&](Transaction& transaction) -> base::Status {
          ASSIGN_OR_RETURN_STATUS(id, deliveries.Enqueue(transaction, delivery));
          return base::OkStatus();
        });
    EXPECT_TRUE(stored.ok()) << stored.message();
    return id;
  }
};

TEST_F(RepositoriesTest, AlarmsAreListedNewestFirstAndByFilter) {
  AlarmRepository alarms(*database_, 1000);
  std::vector<domain::Alarm> batch;
  for (int i = 0; i < 30; ++i) batch.push_back(SampleAlarm(static_cast<std::uint32_t>(i % 3), i));
  batch[4].evidence.expected = std::nan("");
  ASSERT_TRUE(alarms.Append(batch, Lab()).ok());
  ASSERT_TRUE(alarms.Append({}, Lab()).ok());

  const struct {
    const char* name;
    AlarmFilter filter;
    std::size_t count;
    double newest;
  } rows[] = {
      {"all, limited", {.limit = 7}, 7, 29},
      {"of a node", {.cluster = "lab", .node = "n2", .limit = 50}, 10, 28},
      {"of another cluster", {.cluster = "else"}, 0, 0},
      {"in a range", {.from = At(10), .to = At(12)}, 3, 12},
      {"of a node in a range", {.node = "n1", .from = At(9), .to = At(12)}, 2, 12},
  };
  for (const auto& row : rows) {
    const auto listed = alarms.List(row.filter);
    ASSERT_TRUE(listed.has_value()) << row.name << ": " << listed.error().message();
    ASSERT_EQ(listed->size(), row.count) << row.name;
    EXPECT_TRUE(row.count == 0 || listed->front().time == At(row.newest)) << row.name;
  }
  const auto one = alarms.List({.from = At(4), .to = At(4)});
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ((*one)[0].metric, "h_cpu_ext");
  EXPECT_EQ((*one)[0].detector, "peer");
  EXPECT_EQ((*one)[0].observed, 0.1 + 0.2);
  EXPECT_TRUE(std::isnan((*one)[0].expected));
  EXPECT_EQ((*one)[0].since, At(-3));
}

TEST_F(RepositoriesTest, OnlyTheNewestAlarmsAreKept) {
  AlarmRepository alarms(*database_, 10);
  for (int i = 0; i < 7; ++i) {
    const std::vector<domain::Alarm> batch(4, SampleAlarm(0, i));
    ASSERT_TRUE(alarms.Append(batch, Lab()).ok());
  }
  const auto listed = alarms.List({.limit = 500});
  ASSERT_EQ(listed->size(), 10U);
  EXPECT_EQ(listed->front().id, 28);
  EXPECT_EQ(listed->back().id, 19);
}

TEST_F(RepositoriesTest, AnIncidentComesBackWholeAlsoAfterReopening) {
  const std::int64_t id = AddIncident();
  Open();
  IncidentRepository incidents(*database_);
  const auto stored = incidents.Get(id);
  ASSERT_TRUE(stored.has_value()) << stored.error().message();
  domain::Incident expected = SampleIncident();
  EXPECT_EQ(IncidentToJson(stored->incident, stored->topology), IncidentToJson(expected, Lab()));
  EXPECT_EQ(stored->incident.id, id);
  ASSERT_EQ(stored->incident.history.size(), 1U);
  EXPECT_EQ(VerdictToJson(stored->incident.history[0].verdict, stored->topology),
            VerdictToJson(SampleVerdict(), Lab()));
  EXPECT_EQ(incidents.Get(id + 1).error().code(), StatusCode::kNotFound);
  EXPECT_TRUE(*incidents.Exists(id));
  EXPECT_FALSE(*incidents.Exists(id + 1));
}

TEST_F(RepositoriesTest, HistoryGrowsAndIsNeverRewritten) {
  IncidentRepository incidents(*database_);
  domain::Incident incident = SampleIncident();
  incident.id = AddIncident(incident);
  incident.history.push_back({.time = At(7), .verdict = SampleVerdict(7)});
  incident.history[0].time = At(1000);  // hindsight
  incident.state = domain::IncidentState::kResolved;
  incident.resolved = At(60);
  const auto update = [&] {
    return database_->InTransaction(
        [&](Transaction& transaction) { return incidents.Update(transaction, incident, Lab()); });
  };
  ASSERT_TRUE(update().ok());
  const auto stored = incidents.Get(incident.id);
  ASSERT_EQ(stored->incident.history.size(), 2U);
  EXPECT_EQ(stored->incident.history[0].time, At(0));
  EXPECT_EQ(stored->incident.history[1].time, At(7));
  EXPECT_EQ(stored->incident.state, domain::IncidentState::kResolved);

  incident.history.clear();
  EXPECT_EQ(update().code(), StatusCode::kFailedPrecondition);
  incident.id = 77;
  EXPECT_EQ(update().code(), StatusCode::kNotFound);

  const base::Status rewritten = database_->InTransaction([](Transaction& transaction) {
    return transaction.connection().Execute("UPDATE incident_history SET time_us = 0");
  });
  EXPECT_FALSE(rewritten.ok());
  EXPECT_NE(rewritten.message().find("never rewritten"), std::string::npos) << rewritten.message();
}

TEST_F(RepositoriesTest, IncidentsAreListedByPageAndFilter) {
  IncidentRepository incidents(*database_);
  for (int i = 1; i <= 6; ++i) {
    domain::Incident incident = SampleIncident();
    if (i % 2 == 0) {
      incident.state = domain::IncidentState::kResolved;
      incident.resolved = At(i);
    }
    EXPECT_EQ(AddIncident(incident), i);
  }
  const auto ids = [&](const IncidentFilter& filter) {
    std::vector<std::int64_t> found;
    const auto listed = incidents.List(filter);
    EXPECT_TRUE(listed.has_value());
    for (const StoredIncident& stored : *listed) found.push_back(stored.incident.id);
    return found;
  };
  using Ids = std::vector<std::int64_t>;
  EXPECT_EQ(ids({}), (Ids{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(ids({.limit = 2}), (Ids{6, 5}));
  EXPECT_EQ(ids({.before_id = 5, .limit = 2}), (Ids{4, 3}));
  EXPECT_EQ(ids({.state = domain::IncidentState::kOpen}), (Ids{5, 3, 1}));
  EXPECT_EQ(ids({.cluster = "lab", .state = domain::IncidentState::kResolved, .before_id = 6}),
            (Ids{4, 2}));
  EXPECT_EQ(ids({.cluster = "else"}), Ids{});
}

TEST_F(RepositoriesTest, EvidenceIsKeptWithTheIncident) {
  IncidentRepository incidents(*database_);
  const std::int64_t id = AddIncident();
  EXPECT_EQ(incidents.LoadEvidence(id)->charts_json, "");
  const auto save = [&](std::int64_t to, const std::string& charts) {
    return database_->InTransaction([&](Transaction& transaction) {
      return incidents.SaveEvidence(transaction, to,
                                    {.charts_json = charts,
                                     .graph_json = "{\"g\":1}",
                                     .impact_json = "{\"i\":1}",
                                     .statements_json = "{\"s\":1}"});
    });
  };
  ASSERT_TRUE(save(id, "{\"c\":1}").ok());
  ASSERT_TRUE(save(id, "{\"c\":2}").ok());
  const auto evidence = incidents.LoadEvidence(id);
  EXPECT_EQ(evidence->charts_json, "{\"c\":2}");
  EXPECT_EQ(evidence->graph_json, "{\"g\":1}");
  EXPECT_EQ(evidence->impact_json, "{\"i\":1}");
  EXPECT_EQ(evidence->statements_json, "{\"s\":1}");
  EXPECT_EQ(save(id + 1, "{}").code(), StatusCode::kNotFound);
  EXPECT_EQ(incidents.LoadEvidence(id + 1).error().code(), StatusCode::kNotFound);
}

TEST_F(RepositoriesTest, NotesAreListedOldestFirst) {
  NoteRepository notes(*database_);
  const std::int64_t id = AddIncident();
  ASSERT_EQ(notes.Add({.incident_id = id, .time = At(1), .author = "ann", .text = "looking"})->id,
            1);
  ASSERT_EQ(notes.Add({.incident_id = id, .time = At(2), .author = "", .text = "备份任务 ☕"})->id,
            2);
  const auto listed = notes.List(id);
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ((*listed)[0].author, "ann");
  EXPECT_EQ((*listed)[1].text, "备份任务 ☕");
  EXPECT_EQ((*listed)[1].time, At(2));
  const auto lost = notes.Add({.incident_id = 99, .time = At(1), .author = "", .text = "x"});
  EXPECT_EQ(lost.error().code(), StatusCode::kNotFound);
  EXPECT_EQ(lost.error().message(), "there is no incident 99");
}

TEST_F(RepositoriesTest, DeliveriesOfOneIncidentAndChannelLeaveInOrder) {
  DeliveryRepository deliveries(*database_);
  const std::int64_t first = AddIncident();
  const std::int64_t second = AddIncident();
  Enqueue(first, "opened");      // 1
  Enqueue(first, "resolved");    // 2: behind 1
  Enqueue(second, "opened", 5);  // 3: due later
  auto due = deliveries.TakeDue(At(0), 10);
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ((*due)[0].id, 1);
  EXPECT_EQ(*deliveries.NextDue(), At(0));

  domain::Delivery retried = (*due)[0];
  retried.attempts = 1;
  retried.next_attempt = At(9);
  retried.last_error = "no answer";
  ASSERT_TRUE(deliveries.Record(retried).ok());
  EXPECT_EQ(*deliveries.NextDue(), At(5));
  EXPECT_TRUE(deliveries.TakeDue(At(4), 10)->empty());

  Open();
  DeliveryRepository again(*database_);
  due = again.TakeDue(At(9), 10);
  ASSERT_EQ(due->size(), 2U);
  EXPECT_EQ((*due)[0].last_error, "no answer");
  for (domain::Delivery delivery : *due) {
    delivery.state = domain::DeliveryState::kDelivered;
    ASSERT_TRUE(again.Record(delivery).ok());
  }
  due = again.TakeDue(At(9), 10);
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ((*due)[0].event, "resolved");

  EXPECT_EQ(again.List({})->front().id, 3);
  EXPECT_EQ(again.List({.incident_id = first})->size(), 2U);
  domain::Delivery unknown;
  unknown.id = 99;
  EXPECT_EQ(again.Record(unknown).code(), StatusCode::kNotFound);
}

TEST_F(RepositoriesTest, NothingIsEnqueuedForAnIncidentThatWasNotStored) {
  DeliveryRepository deliveries(*database_);
  IncidentRepository incidents(*database_);
  const base::Status status =
      database_->InTransaction([&](Transaction& transaction) -> base::Status {
        ASSIGN_OR_RETURN_STATUS(const std::int64_t id,
                                incidents.Insert(transaction, SampleIncident(), Lab()));
        ASSIGN_OR_RETURN_STATUS(const std::int64_t delivery,
                                deliveries.Enqueue(transaction, SampleDelivery(id, "opened", 0)));
        EXPECT_GT(delivery, 0);
        return base::Cancelled("crash before commit");
      });
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(deliveries.List({})->empty());
  EXPECT_TRUE(incidents.List({})->empty());
  EXPECT_EQ(*deliveries.NextDue(), std::nullopt);

  const base::Status orphan =
      database_->InTransaction([&](Transaction& transaction) -> base::Status {
        ASSIGN_OR_RETURN_STATUS(const std::int64_t id,
                                deliveries.Enqueue(transaction, SampleDelivery(5, "opened", 0)));
        static_cast<void>(id);
        return base::OkStatus();
      });
  EXPECT_FALSE(orphan.ok());
}

}  // namespace
}  // namespace distdiag::store

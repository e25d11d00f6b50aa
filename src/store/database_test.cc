#include "store/database.h"

#include "store/migrations.h"
#include "store/test_fixture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

namespace distdiag::store {
namespace {

using base::StatusCode;

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

base::Status Execute(Database& database, const std::string& sql) {
  return database.InTransaction(
      [&](Transaction& transaction) { return transaction.connection().Execute(sql); });
}

std::int64_t Count(Database& database, std::string_view sql) {
  const auto count = database.Query<std::int64_t>([&](Connection& c) { return c.QueryInt(sql); });
  EXPECT_TRUE(count.has_value());
  return count.value_or(-1);
}

const char* const kAddIncident =
    "INSERT INTO incident (cluster, state, started_us, detected_us, updated_us, body) VALUES "
    "('lab', 'open', 1, 2, 3, '{}')";

using DatabaseTest = StoreTest;

TEST_F(DatabaseTest, IsDurableWriteAheadAndVersioned) {
  ASSERT_TRUE(Execute(*database_, kAddIncident).ok());
  const base::Status checked =
      database_->InTransaction([](Transaction& transaction) -> base::Status {
        Connection& connection = transaction.connection();
        EXPECT_EQ(*connection.QueryInt("PRAGMA synchronous"), 2);  // FULL
        EXPECT_EQ(*connection.QueryInt("PRAGMA foreign_keys"), 1);
        EXPECT_EQ(*connection.QueryInt("PRAGMA user_version"),
                  static_cast<std::int64_t>(Migrations().size()));
        EXPECT_EQ(*connection.QueryInt("PRAGMA application_id"), kApplicationId);
        EXPECT_EQ(*connection.QueryInt("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
        return base::OkStatus();
      });
  EXPECT_TRUE(checked.ok()) << checked.message();
  Open();
  EXPECT_EQ(Count(*database_, "SELECT count(*) FROM incident"), 1);
}

TEST_F(DatabaseTest, AFailedTransactionLeavesNothing) {
  const base::Status failed =
      database_->InTransaction([](Transaction& transaction) -> base::Status {
        RETURN_IF_ERROR(transaction.connection().Execute(kAddIncident));
        return base::Cancelled("changed my mind");
      });
  EXPECT_EQ(failed.message(), "changed my mind");
  EXPECT_EQ(Count(*database_, "SELECT count(*) FROM incident"), 0);
  EXPECT_TRUE(Execute(*database_, kAddIncident).ok());
}

TEST_F(DatabaseTest, ReadersSeeTheLastCommitWhileAWriteIsUnderWay) {
  const base::Status written =
      database_->InTransaction([this](Transaction& transaction) -> base::Status {
        RETURN_IF_ERROR(transaction.connection().Execute(kAddIncident));
        EXPECT_EQ(Count(*database_, "SELECT count(*) FROM incident"), 0);
        return base::OkStatus();
      });
  EXPECT_TRUE(written.ok());
  EXPECT_EQ(Count(*database_, "SELECT count(*) FROM incident"), 1);
}

TEST_F(DatabaseTest, ReadersCanNotWrite) {
  const base::Status status =
      database_->Read([](Connection& connection) { return connection.Execute(kAddIncident); });
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition) << status.message();
}

TEST_F(DatabaseTest, MoreReadersThanConnectionsTakeTurns) {
  ASSERT_TRUE(Execute(*database_, kAddIncident).ok());
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const auto count = database_->Query<std::int64_t>(
              [](Connection& c) { return c.QueryInt("SELECT count(*) FROM incident"); });
          if (count.value_or(0) < 1) ++wrong;
        }
      });
    }
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        if (!Execute(*database_, kAddIncident).ok()) ++wrong;
      }
    });
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Count(*database_, "SELECT count(*) FROM incident"), 21);
}

TEST_F(DatabaseTest, AFullDiskLosesNothingAndHeals) {
  ASSERT_TRUE(Execute(*database_, kAddIncident).ok());
  Open(/*limit_bytes=*/120 * 1024);
  const std::string big =
      "INSERT INTO note (incident_id, time_us, author, text) VALUES (1, 1, '', zeroblob(1) || '" +
      std::string(16 * 1024, 'x') + "')";
  int stored = 0;
  base::Status status;
  while (stored < 100 && (status = Execute(*database_, big)).ok()) ++stored;
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << status.message();
  EXPECT_NE(status.message().find("facts.db: disk full"), std::string::npos) << status.message();
  EXPECT_TRUE(status.retryable());
  EXPECT_GT(stored, 0);
  EXPECT_EQ(Count(*database_, "SELECT count(*) FROM note"), stored);

  ASSERT_TRUE(Execute(*database_, "DELETE FROM note WHERE id = 1").ok());
  EXPECT_TRUE(Execute(*database_, big).ok()) << "space is there again";
  EXPECT_EQ(Count(*database_, "SELECT count(*) FROM note"), stored);
  EXPECT_EQ(Count(*database_, "SELECT count(*) FROM incident"), 1);
}

TEST_F(DatabaseTest, RefusesAFileOfANewerVersionAndLeavesItAsItIs) {
  ASSERT_TRUE(Execute(*database_, "PRAGMA user_version = 99").ok());
  database_.reset();
  const std::string before = ReadAll(folder_.File("facts.db"));
  const auto opened = Database::Open({.path = folder_.File("facts.db")});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(opened.error().message(),
            folder_.File("facts.db") + ": expected a database of version " +
                std::to_string(Migrations().size()) +
                " or older, found version 99: a newer DistDiag has written it");
  EXPECT_EQ(ReadAll(folder_.File("facts.db")), before);
}

TEST_F(DatabaseTest, RefusesWhatIsNoDatabaseOfDistDiag) {
  const std::string text = folder_.File("text.db");
  std::ofstream(text) << std::string(5000, 'a');
  const auto no_database = Database::Open({.path = text});
  ASSERT_FALSE(no_database.has_value());
  EXPECT_EQ(no_database.error().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(no_database.error().message(),
            text + ": expected an SQLite database, found another kind of file");
  EXPECT_EQ(ReadAll(text), std::string(5000, 'a'));

  const std::string foreign = folder_.File("foreign.db");
  {
    auto connection =
        Connection::Open(foreign, Connection::Mode::kReadWrite, std::chrono::seconds(1));
    ASSERT_TRUE(connection.has_value());
    ASSERT_TRUE((*connection)->Execute("CREATE TABLE theirs (x)").ok());
  }
  const auto of_others = Database::Open({.path = foreign});
  ASSERT_FALSE(of_others.has_value());
  EXPECT_EQ(of_others.error().code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(of_others.error().message().find("found one of another program"), std::string::npos);
}

TEST_F(DatabaseTest, SaysWhyAFileCanNotBeOpened) {
  const auto opened = Database::Open({.path = folder_.File("")});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), StatusCode::kFailedPrecondition) << opened.error().message();
}

TEST_F(DatabaseTest, CreatesItsFolder) {
  const auto opened = Database::Open({.path = folder_.File("a/b/facts.db")});
  EXPECT_TRUE(opened.has_value()) << opened.error().message();
}

TEST_F(DatabaseTest, StepsOfTheSchemaAreTakenOneByOneAndNeverHalf) {
  auto connection = Connection::Open(folder_.File("steps.db"), Connection::Mode::kReadWrite,
                                     std::chrono::seconds(1));
  ASSERT_TRUE(connection.has_value());
  const char* const first[] = {"CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (7)"};
  ASSERT_TRUE(Migrate(**connection, first).ok());

  const char* const broken[] = {first[0], "ALTER TABLE a ADD COLUMN y; CREATE TABLE broken ("};
  EXPECT_FALSE(Migrate(**connection, broken).ok());
  EXPECT_EQ(*(*connection)->QueryInt("PRAGMA user_version"), 1);
  EXPECT_EQ(*(*connection)->QueryInt("SELECT count(*) FROM pragma_table_info('a')"), 1);

  const char* const second[] = {first[0], "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 5"};
  ASSERT_TRUE(Migrate(**connection, second).ok());
  EXPECT_EQ(*(*connection)->QueryInt("SELECT x + y FROM a"), 12);
  ASSERT_TRUE(Migrate(**connection, second).ok()) << "again: nothing to do";
}

}  // namespace
}  // namespace distdiag::store

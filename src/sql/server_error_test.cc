#include "sql/server_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::sql {
namespace {

using base::StatusCode;
using ::testing::HasSubstr;
using ::testing::Not;

struct Row {
  const char* name;
  unsigned number;
  StatusCode code;
  const char* advice;
};

class ConnectFailureTest : public ::testing::TestWithParam<Row> {};

TEST_P(ConnectFailureTest, SaysWhatToDo) {
  Endpoint endpoint;
  endpoint.host = "10.0.0.1";
  endpoint.user = "watcher";
  endpoint.password = "hunter2";
  endpoint.database = "shop";
  const auto status = ConnectFailure(endpoint, {.number = GetParam().number, .text = "as it says"});
  EXPECT_EQ(status.code(), GetParam().code);
  EXPECT_THAT(status.message(), HasSubstr("10.0.0.1:3306: error " +
                                          std::to_string(GetParam().number) + ": as it says"));
  EXPECT_THAT(status.message(), HasSubstr(GetParam().advice));
  EXPECT_THAT(status.message(), Not(HasSubstr("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, ConnectFailureTest,
    ::testing::Values(
        Row{"wrong_password", 1045, StatusCode::kInvalidArgument, "accept user 'watcher'"},
        Row{"no_right_on_database", 1044, StatusCode::kInvalidArgument, "database 'shop'"},
        Row{"no_such_database", 1049, StatusCode::kInvalidArgument, "'shop' is not there"},
        Row{"too_many", 1040, StatusCode::kUnavailable, "max_connections"},
        Row{"host_not_allowed", 1130, StatusCode::kFailedPrecondition, "create 'watcher'"},
        Row{"host_blocked", 1129, StatusCode::kFailedPrecondition, "FLUSH HOSTS"},
        Row{"refused", 2002, StatusCode::kUnavailable, "check that it runs"},
        Row{"lost", 2013, StatusCode::kUnavailable, "error log"},
        Row{"tls", 2026, StatusCode::kFailedPrecondition, "tls_ca_file"},
        Row{"tls_demanded", 3159, StatusCode::kFailedPrecondition, "set tls"},
        Row{"unknown_number", 1999, StatusCode::kUnavailable, ""}),
    [](const auto& row) { return row.param.name; });

TEST(QueryFailureTest, ToldApartByWhoEndsTheConnection) {
  EXPECT_EQ(QueryFailure({}, {.number = 1146, .text = ""}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(QueryFailure({}, {.number = 2013, .text = ""}).code(), StatusCode::kUnavailable);
  EXPECT_EQ(QueryFailure({}, {.number = 1927, .text = ""}).code(), StatusCode::kUnavailable);
  EXPECT_FALSE(EndsConnection(1047));
  EXPECT_FALSE(EndsConnection(5142)) << "of OceanBase's server";
  EXPECT_TRUE(EndsConnection(5013));
}

TEST(QueryFailureTest, TimeoutAndMemoryOfOceanBasePassAndKeepTheConnection) {
  for (const unsigned number : {4012U, 4013U, 4030U}) {
    EXPECT_EQ(QueryFailure({}, {.number = number, .text = ""}).code(), StatusCode::kUnavailable);
    EXPECT_FALSE(EndsConnection(number));
  }
}

}  // namespace
}  // namespace distdiag::sql

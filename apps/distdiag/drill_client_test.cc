#include "drill_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace distdiag::app {
namespace {

using testing::HasSubstr;

class FakeServer final : public base::HttpTransport {
 public:
  base::Result<base::HttpResponse> Send(const base::HttpRequest& request) override {
    requests.push_back(request);
    const auto answer = answers.find(request.method + " " + request.url);
    if (answer == answers.end()) return base::Fail(base::Unavailable("connection refused"));
    return answer->second;
  }

  std::map<std::string, base::HttpResponse> answers;
  std::vector<base::HttpRequest> requests;
};

const char* const kApi = "http://here:1/api/v1/";
const char* const kDrill =
    R"({"id":7,"run":"quick-1","faults":[{"kind":"cpu","target":{"scope":"node","node":"n2"},"number":2},)"
    R"({"kind":"surge","target":{"scope":"cluster","node":null},"number":0}],"phase":"active",)"
    R"("duration_s":40,"detected_s":4.1,"right_first_s":null,"resolved_s":null,"rank":2,"passed":false,"message":""})";

class DrillClientTest : public testing::Test {
 protected:
  void On(const std::string& method, const std::string& path, int status, std::string body) {
    server_.answers[method + " " + kApi + path] = {.status = status, .body = std::move(body)};
  }
  void Connect() {
    On("GET", "faults", 200, R"({"enabled":true,"reason":""})");
    On("GET", "session", 200, R"({"csrf_token":"secret"})");
    ASSERT_TRUE(client_.Connect().ok());
  }

  FakeServer server_;
  DrillClient client_{"http://here:1/", server_};
};

TEST_F(DrillClientTest, SaysWhyItCanNotRun) {
  base::Status status = client_.Connect();
  EXPECT_EQ(status.code(), base::StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("connection refused; is DistDiag running there?"));
  On("GET", "faults", 200, R"({"enabled":false,"reason":"this cluster is a replay"})");
  status = client_.Connect();
  EXPECT_EQ(status.message(), "drills are not possible there: this cluster is a replay");
  On("GET", "faults", 200, "<html>");
  EXPECT_THAT(client_.Connect().message(), HasSubstr("expected a JSON object"));
}

TEST_F(DrillClientTest, StartsWithTheTokenAndReadsTheDrills) {
  Connect();
  On("POST", "drills", 202, std::string("{\"drills\":[") + kDrill + "]}");
  const auto drills = client_.Start(R"({"suite":"quick"})");
  ASSERT_TRUE(drills.has_value()) << drills.error().message();
  const base::HttpRequest& sent = server_.requests.back();
  EXPECT_THAT(sent.headers,
              testing::Contains(std::pair<std::string, std::string>("X-CSRF-Token", "secret")));
  EXPECT_EQ(sent.body, R"({"suite":"quick"})");
  EXPECT_EQ(drills->front().id, 7);
  EXPECT_EQ(drills->front().run, "quick-1");
  EXPECT_EQ(drills->front().faults, "cpu on n2 (2) + surge on the cluster");
  EXPECT_EQ(drills->front().phase, domain::DrillPhase::kActive);
  EXPECT_EQ(drills->front().detected_s, 4.1);
  EXPECT_FALSE(drills->front().right_first_s.has_value());
}

TEST_F(DrillClientTest, PassesOnTheServersWords) {
  Connect();
  On("POST", "drills", 409, R"({"detail":"drill 3 is running"})");
  const auto drills = client_.Start("{}");
  ASSERT_FALSE(drills.has_value());
  EXPECT_EQ(drills.error().message(), "drill 3 is running");
  EXPECT_FALSE(drills.error().retryable());
  On("POST", "drills", 500, "");
  EXPECT_EQ(client_.Start("{}").error().message(), "HTTP 500");
}

TEST_F(DrillClientTest, LooksExportsAndCancels) {
  Connect();
  On("GET", "drills/7", 200, kDrill);
  EXPECT_EQ(client_.Look({7})->front().rank, 2);
  On("GET", "drills/export?format=md&run=a%20b", 200, "# Drills");
  EXPECT_EQ(*client_.Export("a b", "md"), "# Drills");
  On("GET", "drills/export?format=json", 200, std::string(64 * 1024, 'x'));
  EXPECT_FALSE(client_.Export("", "json").has_value()) << "may be cut off";
  On("POST", "drills/7/cancel", 202, kDrill);
  EXPECT_TRUE(client_.Cancel(7).ok());
}

TEST(FaultToJson, ReadsKindNodeAndStrength) {
  const struct {
    const char* text;
    const char* json;
  } rows[] = {
      {"cpu:n2:high", R"({"kind":"cpu","node":"n2","strength":"high"})"},
      {"cpu:n2:2.5", R"({"kind":"cpu","node":"n2","number":2.5})"},
      {"cpu:n2", R"({"kind":"cpu","node":"n2"})"},
      {"surge", R"({"kind":"surge"})"},
      {"surge::low", R"({"kind":"surge","strength":"low"})"},
  };
  for (const auto& row : rows) EXPECT_EQ(*FaultToJson(row.text), row.json) << row.text;
  for (const char* text : {"", ":n2", "a:b:c:d"})
    EXPECT_FALSE(FaultToJson(text).has_value()) << text;
}

TEST(ParseDrills, RefusesWhatIsNoDrill) {
  for (const char* text : {"", "[]", "{}", R"({"drills":7})", R"({"drills":[7]})",
                           R"({"drills":[{"id":1,"phase":"on"}]})", R"({"drills":[{"id":-1}]})"})
    EXPECT_FALSE(ParseDrills(text).has_value()) << text;
}

}  // namespace
}  // namespace distdiag::app

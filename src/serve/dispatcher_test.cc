#include "serve/dispatcher.h"

#include "base/gzip.h"
#include "serve/test_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::serve {
namespace {

using testing::HasSubstr;
using testing::Not;

class DispatcherTest : public testing::Test, protected ServeWorld {
 protected:
  static Request Get(std::string_view target) {
    Request request;
    request.target = target;
    request.host = "localhost:18000";
    return request;
  }
  Response Answer(std::string_view target) { return dispatcher_.Handle(Get(target)); }
  Response PostNote(std::string_view body, std::string_view target = "/api/v1/incidents/1/notes") {
    Request request = Get(target);
    request.method = Method::kPost;
    request.content_type = "application/json; charset=utf-8";
    request.csrf_token = "0123456789abcdef";
    request.body = body;
    return dispatcher_.Handle(request);
  }

  ServerOptions options_{.web_dir = "web", .new_csrf_token = &FixedCsrfToken};
  Dispatcher dispatcher_{options_, Deps()};
};

TEST_F(DispatcherTest, ErrorsAreProblemDocumentsThatSayWhatWasExpected) {
  FillFeed();
  FillStore();
  const struct {
    const char* target;
    int status;
    const char* detail;
  } rows[] = {
      {"/api/v1/clusters/none", 404, "there is no cluster \\\"none\\\""},
      {"/api/v1/clusters/none/verdict", 404, "there is no cluster"},
      {"/api/v1/clusters/none/changes", 404, "there is no cluster"},
      {"/api/v1/clusters/none/series?metric=c_tps", 404, "there is no cluster"},
      {"/api/v1/clusters/lab/series", 400, "metric: expected 1 to 16 metric names, found 0"},
      {"/api/v1/clusters/lab/series?metric=nope", 400,
       "metric: expected a name from /api/v1/metrics, found \\\"nope\\\""},
      {"/api/v1/clusters/lab/series?metric=c_tps&points=2001", 400,
       "points: expected an integer from 1 to 2000"},
      {"/api/v1/clusters/lab/series?metric=c_tps&from=x", 400, "from: expected a time like"},
      {"/api/v1/clusters/lab/series?metric=c_tps&from=2026-11-24T03:12:05Z&to=2026-11-24T03:12:04Z",
       400, "from: expected a time not after to"},
      {"/api/v1/alarms?limit=0", 400, "limit: expected an integer from 1 to 500, found \\\"0\\\""},
      {"/api/v1/alarms?limt=5", 400,
       "query: expected only cluster, node, from, to, limit, found \\\"limt\\\""},
      {"/api/v1/incidents?state=closed", 400,
       "state: expected open or resolved, found \\\"closed\\\""},
      {"/api/v1/incidents/2", 404, "there is no incident 2"},
      {"/api/v1/incidents/abc", 404, "there is no incident \\\"abc\\\""},
      {"/api/v1/incidents/0/charts", 404, "there is no incident"},
      {"/api/v1/incidents/9/graph", 404, "there is no incident 9"},
      {"/api/v1/incidents/9/notes", 404, "there is no incident 9"},
      {"/api/v1/deliveries?incident_id=x", 400, "incident_id: expected an integer of at least 1"},
      {"/api/v1/nothing", 404, "/docs lists what there is"},
      {"/api/v1/%zz", 400, "path: expected whole percent codes"},
      {"/api/v1/..", 400, "path: expected plain names"},
  };
  for (const auto& row : rows) {
    const Response response = Answer(row.target);
    EXPECT_EQ(response.status, row.status) << row.target << ": " << *response.body;
    EXPECT_EQ(response.content_type, "application/problem+json") << row.target;
    EXPECT_THAT(*response.body, HasSubstr(row.detail)) << row.target;
    EXPECT_THAT(*response.body, HasSubstr("\"status\":" + std::to_string(row.status)))
        << row.target;
  }
}

TEST_F(DispatcherTest, OnlyNamesOfThisMachineAreAnswered) {
  FillFeed();
  const struct {
    const char* host;
    int status;
  } rows[] = {
      {"localhost", 200},
      {"localhost:18000", 200},
      {"LOCALHOST:5173", 200},
      {"127.0.0.1:1", 200},
      {"[::1]:13000", 200},
      {"[::1]", 200},
      {"", 421},
      {"evil.example", 421},
      {"localhost.evil.example", 421},
      {"127.0.0.1.evil:80", 421},
      {"localhost:", 421},
      {"localhost:80x", 421},
      {"[::1", 421},
      {"::1", 421},
      {"10.0.0.1:18000", 421},
  };
  for (const auto& row : rows) {
    Request request = Get("/api/v1/clusters");
    request.host = row.host;
    EXPECT_EQ(dispatcher_.Handle(request).status, row.status) << row.host;
  }
  EXPECT_THAT(metrics_.WriteText(), HasSubstr("distdiag_http_foreign_host_total 9"));
}

TEST_F(DispatcherTest, MethodsThatAPathDoesNotHaveAreNamed) {
  Request request = Get("/api/v1/clusters");
  request.method = Method::kPost;
  Response response = dispatcher_.Handle(request);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(*HeaderOf(response, "Allow"), "GET, HEAD");
  request.target = "/api/v1/incidents/1/notes";
  request.method = Method::kOther;
  response = dispatcher_.Handle(request);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(*HeaderOf(response, "Allow"), "GET, HEAD, POST");
}

TEST_F(DispatcherTest, NotesAreAddedAsJsonOnly) {
  FillStore();
  Response response = PostNote(R"({"author":"bob","text":"found it"})");
  EXPECT_EQ(response.status, 201) << *response.body;
  EXPECT_EQ(*response.body,
            R"({"id":2,"time":"2026-11-24T03:12:08.000Z","author":"bob","text":"found it"})");
  EXPECT_EQ(PostNote(R"({"text":""})").status, 400);
  EXPECT_EQ(PostNote(R"({"text":"x"})", "/api/v1/incidents/99/notes").status, 404);
  for (const char* type :
       {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    Request request = Get("/api/v1/incidents/1/notes");
    request.method = Method::kPost;
    request.content_type = type;
    request.body = R"({"text":"x"})";
    EXPECT_EQ(dispatcher_.Handle(request).status, 415) << type;
  }
  EXPECT_THAT(*Answer("/api/v1/incidents/1/notes").body, HasSubstr("found it"));
}

TEST_F(DispatcherTest, AnswersCanBeAskedForOnlyIfChanged) {
  FillFeed();
  const Response first = Answer("/api/v1/metrics");
  const std::string tag = *HeaderOf(first, "ETag");
  EXPECT_EQ(*HeaderOf(first, "Cache-Control"), "no-cache");
  Request request = Get("/api/v1/metrics");
  for (const std::string& asked : {tag, "\"x\", " + tag, std::string("*"), tag.substr(2)}) {
    request.if_none_match = asked;
    const Response again = dispatcher_.Handle(request);
    EXPECT_EQ(again.status, 304) << asked;
    EXPECT_EQ(*again.body, "");
  }
  request.if_none_match = "\"other\"";
  EXPECT_EQ(dispatcher_.Handle(request).status, 200);
}

TEST_F(DispatcherTest, LongAnswersAreCompressedForThoseWhoAsk) {
  Request request = Get("/api/v1/metrics");
  const Response plain = dispatcher_.Handle(request);
  ASSERT_GT(plain.body->size(), 32U * 1024);
  EXPECT_EQ(*HeaderOf(plain, "Vary"), "Accept-Encoding");
  request.accept_encoding = "gzip, deflate, br";
  const Response compressed = dispatcher_.Handle(request);
  EXPECT_EQ(*HeaderOf(compressed, "Content-Encoding"), "gzip");
  EXPECT_EQ(*base::Gunzip(*compressed.body, 1 << 20, "it"), *plain.body);
  request.target = "/api/v1/problems";
  EXPECT_EQ(HeaderOf(dispatcher_.Handle(request), "Content-Encoding"), nullptr) << "short";
}

TEST_F(DispatcherTest, EveryAnswerCarriesTheSecurityHeaders) {
  ASSERT_TRUE(files_.WriteFileAtomic("web/index.html", "<html>").ok());
  Request page = Get("/");
  page.side = Side::kUi;
  Request foreign = Get("/");
  foreign.host = "evil";
  for (const Request& request :
       {Get("/api/v1/clusters"), Get("/healthz"), Get("/nope"), page, foreign}) {
    const Response response = dispatcher_.Handle(request);
    EXPECT_THAT(*HeaderOf(response, "Content-Security-Policy"),
                HasSubstr("default-src 'self'; style-src 'self' 'unsafe-inline'"));
    EXPECT_THAT(*HeaderOf(response, "Content-Security-Policy"),
                HasSubstr("frame-ancestors 'none'"));
    EXPECT_EQ(*HeaderOf(response, "X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(DispatcherTest, PagesAreOnTheUiSideTheApiOnBoth) {
  FillFeed();
  ASSERT_TRUE(files_.WriteFileAtomic("web/index.html", "<html>app").ok());
  ASSERT_TRUE(files_.WriteFileAtomic("web/docs/index.html", "<html>docs").ok());
  ASSERT_TRUE(files_.WriteFileAtomic("web/docs/assets/d-1.js", "js").ok());
  const struct {
    Side side;
    const char* target;
    int status;
    const char* body;
  } rows[] = {
      {Side::kUi, "/", 200, "<html>app"},
      {Side::kUi, "/incidents/7?tab=charts", 200, "<html>app"},
      {Side::kUi, "/api/v1/clusters", 200, "{\"clusters\":["},
      {Side::kUi, "/api/v1/nope", 404, "urn:distdiag:problem:not_found"},
      {Side::kUi, "/docs", 200, "<html>docs"},
      {Side::kUi, "/healthz", 200, "ok"},
      {Side::kApi, "/", 302, "/docs"},
      {Side::kApi, "/incidents/7", 404, "not_found"},
      {Side::kApi, "/docs", 200, "<html>docs"},
      {Side::kApi, "/docs/", 200, "<html>docs"},
      {Side::kApi, "/docs/assets/d-1.js", 200, "js"},
      {Side::kApi, "/docs/none.js", 404, "not_found"},
      {Side::kApi, "/openapi.yaml", 200, "openapi: 3.1.0"},
      {Side::kApi, "/openapi.json", 200, "{\"openapi\":\"3.1.0\""},
  };
  for (const auto& row : rows) {
    Request request = Get(row.target);
    request.side = row.side;
    const Response response = dispatcher_.Handle(request);
    EXPECT_EQ(response.status, row.status) << row.target;
    EXPECT_THAT(*response.body, HasSubstr(row.body)) << row.target;
  }
}

TEST_F(DispatcherTest, ReadinessFollowsTheStatus) {
  FillFeed();
  EXPECT_EQ(Answer("/readyz").status, 200);
  auto status = std::make_shared<StatusInfo>(*SampleStatus());
  status->not_ready = "no sample has arrived yet";
  feed_.PublishStatus(status);
  const Response response = Answer("/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(*response.body, "no sample has arrived yet\n");
  EXPECT_EQ(Answer("/healthz").status, 200);
}

TEST_F(DispatcherTest, RangesBeginTenMinutesBeforeTheNewestTick) {
  FillFeed();
  ASSERT_EQ(Answer("/api/v1/clusters/lab/series?metric=c_tps&metric=c_p95_ms").status, 200);
  EXPECT_EQ(series_.last_query.to, At(0));
  EXPECT_EQ(series_.last_query.from, At(-600));
  EXPECT_EQ(series_.last_query.points, 300);
  EXPECT_EQ(series_.last_query.metrics.size(), 2U);
  ASSERT_EQ(
      Answer("/api/v1/clusters/lab/series?metric=c_tps&to=2026-11-24T03:12:00Z&points=7").status,
      200);
  EXPECT_EQ(series_.last_query.to, At(-5));
  EXPECT_EQ(series_.last_query.points, 7);

  const std::string changes = *Answer("/api/v1/clusters/lab/changes").body;
  EXPECT_THAT(changes, Not(HasSubstr("too old")));
  EXPECT_LT(changes.find("restarted"), changes.find("ADD INDEX")) << "newest first: " << changes;
}

TEST_F(DispatcherTest, IncidentsComeInPages) {
  for (int i = 0; i < 5; ++i) FillStore();
  EXPECT_THAT(*Answer("/api/v1/incidents?limit=2").body, HasSubstr("\"next_before_id\":4"));
  EXPECT_THAT(*Answer("/api/v1/incidents?limit=2&before_id=4").body,
              HasSubstr("\"next_before_id\":2"));
  EXPECT_THAT(*Answer("/api/v1/incidents?limit=2&before_id=2").body,
              HasSubstr("\"next_before_id\":null"));
}

TEST_F(DispatcherTest, AStoredIncidentShowsSparksOfItsCharts) {
  FillStore();
  EXPECT_THAT(*Answer("/api/v1/incidents/1").body, HasSubstr("\"spark\":[2.5,null]"));
}

TEST_F(DispatcherTest, TheClusterIsToldInWords) {
  const struct {
    ClusterCondition condition;
    const char* headline;
  } rows[] = {
      {ClusterCondition::kOk, "All 3 nodes are well"},
      {ClusterCondition::kBlind, "Nothing abnormal is seen, but n3 can't be fully seen"},
      {ClusterCondition::kLearning, "Learning: too little past yet to judge"},
      {ClusterCondition::kNoData, "No data since 03:12:05"},
      {ClusterCondition::kTrouble, "n2 is short of CPU since 03:12"},
  };
  for (const auto& row : rows) {
    auto state = std::make_shared<LiveState>();
    state->clusters = {SampleCluster(row.condition)};
    feed_.Publish(state);
    const std::string body = *Answer("/api/v1/clusters/lab").body;
    EXPECT_THAT(body, HasSubstr(row.headline));
    EXPECT_THAT(body, HasSubstr("\"lag_s\":2,"));
    EXPECT_THAT(body, HasSubstr("no disk metrics from n3 for 40 s"));
    EXPECT_THAT(body, HasSubstr("n3 has not answered for 6 min"));
  }
}

TEST_F(DispatcherTest, AFailingProbeSaysWhy) {
  auto cluster = std::make_shared<ClusterLive>(*SampleCluster(ClusterCondition::kBlind));
  cluster->blind_spots = {{.node = domain::NodeIndex(1),
                           .group = "mysql",
                           .since = At(-7),
                           .reason = "access denied: check user and password"}};
  auto state = std::make_shared<LiveState>();
  state->clusters = {cluster};
  feed_.Publish(state);
  EXPECT_THAT(
      *Answer("/api/v1/clusters/lab").body,
      HasSubstr("database not measured on n2 for 7 s: access denied: check user and password"));
}

}  // namespace
}  // namespace distdiag::serve

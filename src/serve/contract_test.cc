// api/openapi.yaml and the program agree: the same paths, and every answer fits its schema.
#include "serve/openapi.h"
#include "serve/test_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace distdiag::serve {
namespace {

namespace json = boost::json;

std::string Text(const json::value& value) { return json::serialize(value); }
json::string_view Key(std::string_view text) { return {text.data(), text.size()}; }

// The part of JSON Schema that the contract uses; anything else in a schema is an error of this test.
class SchemaChecker {
 public:
  explicit SchemaChecker(const json::value& contract) : contract_(contract) {}

  // What is wrong, as "path: …"; empty = it fits.
  std::vector<std::string> Check(const json::object& schema, const json::value& value) {
    errors_.clear();
    Visit(schema, value, "$");
    return errors_;
  }

 private:
  const json::object& Resolve(const json::object& schema) const {
    const json::value* ref = schema.if_contains("$ref");
    if (ref == nullptr) return schema;
    const json::string_view pointer = ref->as_string().subview(1);  // "#/components/…"
    return contract_.at_pointer(pointer).as_object();
  }

  static bool IsOfType(json::string_view type, const json::value& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "number") return value.is_number();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "boolean") return value.is_bool();
    return type == "null" && value.is_null();
  }

  void Wrong(const std::string& path, const std::string& what) {
    errors_.push_back(path + ": " + what);
  }

  void Visit(const json::object& unresolved, const json::value& value, const std::string& path) {
    const json::object& schema = Resolve(unresolved);
    if (const json::value* choices = schema.if_contains("oneOf")) {
      VisitOneOf(choices->as_array(), value, path);
      return;
    }
    CheckType(schema, value, path);
    CheckValue(schema, value, path);
    if (value.is_object()) VisitObject(schema, value.as_object(), path);
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        Visit(schema.at("items").as_object(), value.as_array()[i],
              path + "[" + std::to_string(i) + "]");
      }
    }
  }

  void VisitOneOf(const json::array& choices, const json::value& value, const std::string& path) {
    const std::size_t before = errors_.size();
    for (const json::value& choice : choices) {
      errors_.resize(before);
      Visit(choice.as_object(), value, path);
      if (errors_.size() == before) return;
    }
    Wrong(path, "fits none of oneOf");
  }

  void CheckType(const json::object& schema, const json::value& value, const std::string& path) {
    const json::value* type = schema.if_contains("type");
    if (type == nullptr) return Wrong(path, "the schema has no type");
    bool fits = false;
    if (type->is_string()) fits = IsOfType(type->as_string(), value);
    if (type->is_array()) {
      for (const json::value& one : type->as_array())
        fits = fits || IsOfType(one.as_string(), value);
    }
    if (!fits) Wrong(path, "expected " + Text(*type) + ", found " + Text(value));
  }

  void CheckValue(const json::object& schema, const json::value& value, const std::string& path) {
    if (const json::value* allowed = schema.if_contains("enum")) {
      const auto& list = allowed->as_array();
      if (std::find(list.begin(), list.end(), value) == list.end())
        Wrong(path, "not in enum: " + Text(value));
    }
    const json::value* format = schema.if_contains("format");
    if (format != nullptr && *format == "date-time" && value.is_string()) {
      const auto& text = value.as_string();
      if (!ParseRfc3339({text.data(), text.size()})) Wrong(path, "no date-time: " + Text(value));
    }
  }

  void VisitObject(const json::object& schema, const json::object& value, const std::string& path) {
    if (!schema.contains("properties")) return VisitMap(schema, value, path);
    const json::value* required = schema.if_contains("required");
    if (required == nullptr) return Wrong(path, "the schema does not say what is required");
    for (const json::value& name : required->as_array()) {
      if (!value.contains(name.as_string())) Wrong(path, "missing " + Text(name));
    }
    const json::object& properties = schema.at("properties").as_object();
    for (const auto& [name, member] : value) {
      const json::value* property = properties.if_contains(name);
      const std::string where = path + "." + std::string(name);
      if (property == nullptr) {
        Wrong(where, "not in the contract");
      } else {
        Visit(property->as_object(), member, where);
      }
    }
  }

  // Keys that the contract does not name, all with values of one kind.
  void VisitMap(const json::object& schema, const json::object& value, const std::string& path) {
    const json::value* each = schema.if_contains("additionalProperties");
    if (each == nullptr || !each->is_object())
      return Wrong(path, "the schema has neither properties nor additionalProperties");
    for (const auto& [name, member] : value)
      Visit(each->as_object(), member, path + "." + std::string(name));
  }

  const json::value& contract_;
  std::vector<std::string> errors_;
};

class ContractTest : public testing::Test, protected ServeWorld {
 protected:
  void SetUp() override {
    FillFeed();
    FillStore();
  }

  // The schema of a JSON answer, nullptr when the contract has another content type there.
  const json::object* SchemaOf(const std::string& path, const std::string& method,
                               int status) const {
    const json::object& responses =
        contract_.at("paths").at(Key(path)).at(Key(method)).at("responses").as_object();
    const json::value* response = responses.if_contains(Key(std::to_string(status)));
    if (response == nullptr) response = responses.if_contains("default");
    EXPECT_NE(response, nullptr) << path << " has no answer " << status;
    if (const json::value* ref = response->as_object().if_contains("$ref")) {
      response = &contract_.at_pointer(ref->as_string().subview(1));
    }
    const json::object& content = response->at("content").as_object();
    const json::value* body =
        content.if_contains(status < 400 ? "application/json" : "application/problem+json");
    return body == nullptr ? nullptr : &body->at("schema").as_object();
  }

  Response Answer(Method method, const std::string& target, const std::string& body = "") {
    Request request;
    request.method = method;
    request.target = target;
    request.host = "localhost";
    request.content_type = "application/json";
    request.csrf_token = "0123456789abcdef";
    request.body = body;
    return dispatcher_.Handle(request);
  }

  void ExpectFits(const std::string& path, const std::string& method, const Response& response) {
    const json::object* schema = SchemaOf(path, method, response.status);
    ASSERT_NE(schema, nullptr) << path;
    const auto errors = SchemaChecker(contract_).Check(*schema, json::parse(*response.body));
    EXPECT_THAT(errors, testing::IsEmpty())
        << method << ' ' << path << ' ' << response.status << '\n'
        << *response.body;
  }

  const json::value contract_ =
      json::parse(json::string_view(OpenApiJson().data(), OpenApiJson().size()));
  ServerOptions options_{.web_dir = "web", .new_csrf_token = &FixedCsrfToken};
  Dispatcher dispatcher_{options_, DepsWithDrills()};
};

TEST_F(ContractTest, EveryPathOfTheContractIsRoutedAndEveryRouteIsInTheContract) {
  std::set<std::string> promised;
  for (const auto& [path, methods] : contract_.at("paths").as_object()) {
    for (const auto& [method, operation] : methods.as_object())
      promised.insert(std::string(method) + " " + std::string(path));
  }
  std::set<std::string> routed;
  for (const Route& route : dispatcher_.router().routes()) {
    if (route.in_contract)
      routed.insert((route.method == Method::kPost ? "post " : "get ") + route.pattern);
  }
  EXPECT_EQ(routed, promised);
}

TEST_F(ContractTest, AnswersFitTheirSchema) {
  const struct {
    const char* path;
    const char* target;
    int status;
  } rows[] = {
      {"/api/v1/clusters", "/api/v1/clusters", 200},
      {"/api/v1/clusters/{cluster}", "/api/v1/clusters/lab", 200},
      {"/api/v1/clusters/{cluster}/series",
       "/api/v1/clusters/lab/series?metric=c_tps&metric=h_cpu_ext", 200},
      {"/api/v1/clusters/{cluster}/verdict", "/api/v1/clusters/lab/verdict", 200},
      {"/api/v1/clusters/{cluster}/graph", "/api/v1/clusters/lab/graph", 200},
      {"/api/v1/clusters/{cluster}/changes", "/api/v1/clusters/lab/changes", 200},
      {"/api/v1/clusters/{cluster}/structure", "/api/v1/clusters/lab/structure", 200},
      {"/api/v1/alarms", "/api/v1/alarms?cluster=lab&node=n2", 200},
      {"/api/v1/incidents", "/api/v1/incidents?state=open", 200},
      {"/api/v1/incidents/{id}", "/api/v1/incidents/1", 200},
      {"/api/v1/incidents/{id}/charts", "/api/v1/incidents/1/charts", 200},
      {"/api/v1/incidents/{id}/graph", "/api/v1/incidents/1/graph", 200},
      {"/api/v1/incidents/{id}/statements", "/api/v1/incidents/1/statements", 200},
      {"/api/v1/incidents/{id}/notes", "/api/v1/incidents/1/notes", 200},
      {"/api/v1/deliveries", "/api/v1/deliveries?incident_id=1", 200},
      {"/api/v1/faults", "/api/v1/faults", 200},
      {"/api/v1/drills", "/api/v1/drills?suite=quick&limit=1", 200},
      {"/api/v1/drills/{id}", "/api/v1/drills/1", 200},
      {"/api/v1/drills/export", "/api/v1/drills/export?format=json", 200},
      {"/api/v1/clusters/{cluster}/detectors", "/api/v1/clusters/lab/detectors", 200},
      {"/api/v1/clusters/{cluster}/detectors/versions",
       "/api/v1/clusters/lab/detectors/versions?limit=5", 200},
      {"/api/v1/session", "/api/v1/session", 200},
      {"/api/v1/metrics", "/api/v1/metrics", 200},
      {"/api/v1/problems", "/api/v1/problems", 200},
      {"/api/v1/status", "/api/v1/status", 200},
      {"/api/v1/demo", "/api/v1/demo", 200},
      {"/api/v1/clusters/{cluster}", "/api/v1/clusters/none", 404},
      {"/api/v1/clusters/{cluster}/structure", "/api/v1/clusters/none/structure", 404},
      {"/api/v1/clusters/{cluster}/series", "/api/v1/clusters/lab/series", 400},
      {"/api/v1/incidents/{id}", "/api/v1/incidents/77", 404},
      {"/api/v1/incidents/{id}/statements", "/api/v1/incidents/77/statements", 404},
      {"/api/v1/alarms", "/api/v1/alarms?limit=0", 400},
      {"/api/v1/drills", "/api/v1/drills?run=a&run=b", 400},
      {"/api/v1/drills/{id}", "/api/v1/drills/77", 404},
      {"/api/v1/drills/export", "/api/v1/drills/export?run=none", 404},
      {"/api/v1/clusters/{cluster}/detectors", "/api/v1/clusters/none/detectors", 404},
      {"/api/v1/clusters/{cluster}/detectors/versions",
       "/api/v1/clusters/lab/detectors/versions?limit=0", 400},
  };
  for (const auto& row : rows) {
    const Response response = Answer(Method::kGet, row.target);
    ASSERT_EQ(response.status, row.status) << row.target << ": " << *response.body;
    ExpectFits(row.path, "get", response);
  }
}

TEST_F(ContractTest, AnIncidentWithoutStatementsSaysSo) {
  const base::Status stored =
      database_->InTransaction([&](store::Transaction& transaction) -> base::Status {
        return incidents_->Insert(transaction, SampleIncident(), Lab()).has_value()
                   ? base::OkStatus()
                   : base::Internal("not inserted");
      });
  ASSERT_TRUE(stored.ok());
  const Response response = Answer(Method::kGet, "/api/v1/incidents/2/statements");
  ASSERT_EQ(response.status, 200);
  ExpectFits("/api/v1/incidents/{id}/statements", "get", response);
  EXPECT_THAT(*response.body, testing::HasSubstr("\"calm_from\":null"));
  EXPECT_THAT(*response.body, testing::HasSubstr("No statements were kept"));
}

TEST_F(ContractTest, AddingANoteFitsItsSchema) {
  const std::string path = "/api/v1/incidents/{id}/notes";
  ExpectFits(path, "post", Answer(Method::kPost, "/api/v1/incidents/1/notes", R"({"text":"x"})"));
  ExpectFits(path, "post", Answer(Method::kPost, "/api/v1/incidents/1/notes", "{}"));
  ExpectFits(path, "post", Answer(Method::kPost, "/api/v1/incidents/5/notes", R"({"text":"x"})"));
}

TEST_F(ContractTest, JudgingAnIncidentFitsItsSchema) {
  const std::string path = "/api/v1/incidents/{id}/feedback";
  const std::string said = R"("said":{"target":{"scope":"node","node":"n2"},"problem":"cpu"})";
  const struct {
    std::string target, body;
    int status;
  } rows[] = {
      {"1", R"("judgement":"confirmed","comment":"so it was",)" + said, 201},
      {"1", R"("judgement":"wrong_node","right_node":"n1")", 201},
      {"1", R"("judgement":"wrong_problem","right_problem":"io")", 201},
      {"1", R"("judgement":"withdrawn")", 201},
      {"1", R"("judgement":"withdrawn")", 409},
      {"1", R"("judgement":"not_an_incident")", 201},
      {"1", R"("judgement":"wrong_node")", 400},
      {"77", R"("judgement":"confirmed")", 404},
  };
  for (const auto& row : rows) {
    const Response response = Answer(Method::kPost, "/api/v1/incidents/" + row.target + "/feedback",
                                     R"({"author":"ann",)" + row.body + "}");
    ASSERT_EQ(response.status, row.status) << row.body << ": " << *response.body;
    ExpectFits(path, "post", response);
  }
  ExpectFits("/api/v1/incidents/{id}", "get", Answer(Method::kGet, "/api/v1/incidents/1"));
  ExpectFits("/api/v1/incidents", "get", Answer(Method::kGet, "/api/v1/incidents"));
  ExpectFits("/api/v1/status", "get", Answer(Method::kGet, "/api/v1/status"));
}

TEST_F(ContractTest, StartingAndStoppingDrillsFitsItsSchema) {
  const struct {
    const char* path;
    const char* target;
    const char* body;
    int status;
  } rows[] = {
      {"/api/v1/drills", "/api/v1/drills", R"({"suite":"quick"})", 202},
      {"/api/v1/drills", "/api/v1/drills", R"({"suite":"none"})", 400},
      {"/api/v1/drills", "/api/v1/drills", R"({"faults":[{"kind":"fclock","node":"n1"}]})", 409},
      {"/api/v1/drills/plan", "/api/v1/drills/plan",
       R"({"faults":[{"kind":"cpu","node":"n2","strength":"high"}],"duration_s":30})", 200},
      {"/api/v1/drills/plan", "/api/v1/drills/plan", "{}", 400},
      {"/api/v1/drills/{id}/cancel", "/api/v1/drills/1/cancel", "{}", 409},
      {"/api/v1/drills/{id}/cancel", "/api/v1/drills/9/cancel", "{}", 404},
      {"/api/v1/drills/{id}/cancel", "/api/v1/drills/2/cancel", "{}", 202},
  };
  ASSERT_TRUE(drill_history_->Add(SampleDrill(domain::DrillPhase::kActive)).has_value());
  for (const auto& row : rows) {
    const Response response = Answer(Method::kPost, row.target, row.body);
    ASSERT_EQ(response.status, row.status) << row.target << row.body << ": " << *response.body;
    ExpectFits(row.path, "post", response);
  }
}

TEST_F(ContractTest, ChangingDetectorsFitsItsSchema) {
  const std::string base = "/api/v1/clusters/{cluster}/detectors";
  const std::string at = "/api/v1/clusters/lab/detectors";
  const std::string list =
      R"("detectors":[{"name":"recent","kind":"recent","parameters":{"band_width":8}},)"
      R"({"name":"full","kind":"rule","metrics":["h_disk_util"],"parameters":{"above":0.9}}])";
  const std::string who = R"("author":"ann","reason":"too early")";
  const struct {
    std::string path, target, body;
    int status;
  } rows[] = {
      {base, at, "{" + who + R"(,"base_version":7,)" + list + "}", 201},
      {base, at, "{" + who + "," + list + "}", 400},
      {base, at, R"({"author":" ","reason":"x","base_version":0,)" + list + "}", 400},
      {base, at, "{" + who + R"(,"base_version":0,"detectors":[{"name":"a","kind":"none"}]})", 400},
      {base, at, "{" + who + R"(,"base_version":0,"detectors":{}})", 400},
      {base, at, "{" + who + R"(,"base_version":0,"more":1,)" + list + "}", 400},
      {base, at, "no JSON", 400},
      {base, "/api/v1/clusters/none/detectors", "{}", 404},
      {base + "/preview", at + "/preview", "{" + list + "}", 200},
      {base + "/preview", at + "/preview?from=yesterday", "{" + list + "}", 400},
      {base + "/preview", at + "/preview", "{}", 400},
      {base + "/versions/{version}/restore", at + "/versions/0/restore", "{" + who + "}", 201},
      {base + "/versions/{version}/restore", at + "/versions/9/restore", "{" + who + "}", 404},
      {base + "/versions/{version}/restore", at + "/versions/x/restore", "{" + who + "}", 404},
      {base + "/versions/{version}/restore", at + "/versions/7/restore", "{}", 400},
  };
  for (const auto& row : rows) {
    const Response response = Answer(Method::kPost, row.target, row.body);
    ASSERT_EQ(response.status, row.status) << row.target << row.body << ": " << *response.body;
    ExpectFits(row.path, "post", response);
  }
  EXPECT_EQ(detectors_.submitted.base_version, 7);
  EXPECT_EQ(detectors_.submitted.definitions.size(), 2U);
  detectors_.refusal = base::FailedPrecondition("another preview is running");
  for (const std::string& part : {std::string(), std::string("/preview")}) {
    const std::string body =
        part.empty() ? "{" + who + R"(,"base_version":1,)" + list + "}" : "{" + list + "}";
    const Response response = Answer(Method::kPost, at + part, body);
    ASSERT_EQ(response.status, 409);
    ExpectFits(base + part, "post", response);
  }
}

TEST_F(ContractTest, AnswersFitBeforeAnythingHasHappened) {
  feed_.Publish(std::make_shared<LiveState>());
  auto empty = std::make_shared<LiveState>();
  auto live = std::make_shared<ClusterLive>();
  live->topology = Lab();
  empty->clusters = {live};
  feed_.Publish(empty);
  for (const char* part : {"", "/verdict", "/graph", "/changes"}) {
    const Response response = Answer(Method::kGet, std::string("/api/v1/clusters/lab") + part);
    ASSERT_EQ(response.status, 200) << part;
    ExpectFits(std::string("/api/v1/clusters/{cluster}") + part, "get", response);
  }
  const Response no_structure = Answer(Method::kGet, "/api/v1/clusters/lab/structure");
  EXPECT_EQ(no_structure.status, 404);
  EXPECT_THAT(*no_structure.body, testing::HasSubstr("has told nothing of its parts"));
  ExpectFits("/api/v1/clusters/{cluster}/structure", "get", no_structure);
  base::SelfMetrics metrics;
  LiveFeed quiet(clock_, metrics);
  ServerDeps deps{quiet,        series_,         *alarms_, *incidents_, *notes_, *feedback_,
                  *deliveries_, *drill_history_, files_,   clock_,      metrics};
  const Dispatcher dispatcher(options_, deps);
  Request request;
  request.host = "localhost";
  request.target = "/api/v1/demo";
  const Response no_demo = dispatcher.Handle(request);
  EXPECT_EQ(no_demo.status, 404);
  ExpectFits("/api/v1/demo", "get", no_demo);
  request.target = "/api/v1/status";
  ExpectFits("/api/v1/status", "get", dispatcher.Handle(request));
}

TEST_F(ContractTest, EventsFitTheirSchema) {
  const auto listener = std::move(feed_.hub().Subscribe("", [] {})).value();
  clock_.Advance(std::chrono::seconds(5));
  auto state = std::make_shared<LiveState>();
  state->clusters = {SampleCluster(ClusterCondition::kOk)};
  feed_.Publish(state);
  auto demo = std::make_shared<DemoStatus>(*SampleDemo());
  demo->speed = 3;
  feed_.PublishDemo(demo);
  feed_.PublishIncident({.change = domain::IncidentChange::kUpdated, .incident = SampleIncident()},
                        Lab());
  feed_.PublishDrill(std::make_shared<const domain::Drill>(SampleDrill()));
  const auto frames = listener->Take();
  ASSERT_EQ(frames.size(), 4U);
  const char* const schemas[] = {"Cluster", "DemoStatus", "IncidentEvent", "Drill"};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::size_t start = frames[i]->find("data: ") + 6;
    const json::value data = json::parse(frames[i]->substr(start, frames[i]->size() - start - 2));
    const json::object& schema =
        contract_.at("components").at("schemas").at(schemas[i]).as_object();
    EXPECT_THAT(SchemaChecker(contract_).Check(schema, data), testing::IsEmpty()) << *frames[i];
  }
}

}  // namespace
}  // namespace distdiag::serve

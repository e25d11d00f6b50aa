#include "drill_client.h"

#include "base/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::app {
namespace {

namespace json = boost::json;

// The transport keeps no more of an answer.
constexpr std::size_t kMostBytes = 64 * 1024;

base::Status Unexpected(std::string_view what) {
  return base::DataLoss(
      fmt::format("the server's answer: expected {}, found something else", what));
}

std::string TextOf(const json::object& object, json::string_view key) {
  const json::value* value = object.if_contains(key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

std::optional<double> NumberOf(const json::object& object, json::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  json::error_code error;
  const auto number = value->to_number<double>(error);
  return error ? std::nullopt : std::optional<double>(number);
}

bool FlagOf(const json::object& object, json::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

base::Result<json::object> ParseObject(std::string_view text) {
  json::error_code error;
  json::value root = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !root.is_object()) return base::Fail(Unexpected("a JSON object"));
  return std::move(root.get_object());
}

std::string DescribeFaults(const json::object& drill) {
  std::string text;
  const json::value* faults = drill.if_contains("faults");
  if (faults == nullptr || !faults->is_array()) return text;
  for (const json::value& one : faults->get_array()) {
    if (!one.is_object()) continue;
    const json::value* target = one.get_object().if_contains("target");
    const std::string node =
        target != nullptr && target->is_object() ? TextOf(target->get_object(), "node") : "";
    const double number = NumberOf(one.get_object(), "number").value_or(0);
    if (!text.empty()) text += " + ";
    text += fmt::format("{} on {}", TextOf(one.get_object(), "kind"),
                        node.empty() ? "the cluster" : node);
    if (number != 0) text += fmt::format(" ({:g})", number);
  }
  return text;
}

bool IsControl(const json::object& drill) {
  const json::value* faults = drill.if_contains("faults");
  const json::array* all = faults == nullptr ? nullptr : faults->if_array();
  return all != nullptr && !all->empty() && std::ranges::all_of(*all, [](const json::value& one) {
           return one.is_object() && TextOf(one.get_object(), "problem") == "unknown";
         });
}

base::Result<DrillView> ReadDrill(const json::value& value) {
  const json::object* object = value.if_object();
  const auto id = object == nullptr ? std::nullopt : NumberOf(*object, "id");
  if (!id || !(*id >= 0 && *id < 9e15)) return base::Fail(Unexpected("a drill with an id"));
  const auto phase = domain::FindDrillPhase(TextOf(*object, "phase"));
  if (!phase) return base::Fail(Unexpected("a drill with a known phase"));
  return DrillView{
      .id = static_cast<std::int64_t>(*id),
      .run = TextOf(*object, "run"),
      .faults = DescribeFaults(*object),
      .phase = *phase,
      .duration_s = NumberOf(*object, "duration_s").value_or(0),
      .detected_s = NumberOf(*object, "detected_s"),
      .right_first_s = NumberOf(*object, "right_first_s"),
      .resolved_s = NumberOf(*object, "resolved_s"),
      .rank = static_cast<int>(std::clamp(NumberOf(*object, "rank").value_or(0), 0.0, 1e6)),
      .is_control = IsControl(*object),
      .passed = FlagOf(*object, "passed"),
      .message = TextOf(*object, "message")};
}

// "detail" of a problem document, or what there is.
std::string Reason(const base::HttpResponse& response) {
  if (const auto problem = ParseObject(response.body)) {
    if (std::string detail = TextOf(*problem, "detail"); !detail.empty()) return detail;
  }
  return fmt::format("HTTP {}", response.status);
}

std::string Encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    if (plain) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace

base::Result<std::vector<DrillView>> ParseDrills(std::string_view text) {
  ASSIGN_OR_RETURN(const json::object root, ParseObject(text));
  const json::value* drills = root.if_contains("drills");
  if (drills == nullptr || !drills->is_array()) return base::Fail(Unexpected("a list of drills"));
  std::vector<DrillView> views;
  for (const json::value& one : drills->get_array()) {
    ASSIGN_OR_RETURN(DrillView view, ReadDrill(one));
    views.push_back(std::move(view));
  }
  std::ranges::sort(views, {}, &DrillView::id);
  return views;
}

base::Result<std::string> FaultToJson(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() > 3 || parts[0].empty()) {
    return base::Fail(base::InvalidArgument(fmt::format(
        "--fault: expected kind, kind:node or kind:node:strength, found \"{}\"", text)));
  }
  parts.resize(3);
  base::JsonWriter json;
  json.BeginObject().Field("kind", parts[0]);
  if (!parts[1].empty()) json.Field("node", parts[1]);
  if (!parts[2].empty()) {
    double number = 0;
    const char* const end = parts[2].data() + parts[2].size();
    const auto [stop, error] = std::from_chars(parts[2].data(), end, number);
    if (error == std::errc() && stop == end) {
      json.Field("number", number);
    } else {
      json.Field("strength", parts[2]);
    }
  }
  json.EndObject();
  return json.Take();
}

DrillClient::DrillClient(std::string server, base::HttpTransport& transport)
    : server_(server.ends_with('/') ? server.substr(0, server.size() - 1) : std::move(server)),
      transport_(transport) {}

base::Result<std::string> DrillClient::Send(base::HttpRequest request) {
  // A plan or a start looks at the nodes first, which may take seconds.
  request.timeout = std::chrono::seconds(60);
  const auto response = transport_.Send(request);
  if (!response) {
    return base::Fail(base::Unavailable(
        fmt::format("{}; is DistDiag running there? --server names another address",
                    response.error().message())));
  }
  if (response->status == 409) return base::Fail(base::FailedPrecondition(Reason(*response)));
  if (response->status == 404) return base::Fail(base::NotFound(Reason(*response)));
  if (response->status >= 500) return base::Fail(base::Unavailable(Reason(*response)));
  if (response->status >= 400) return base::Fail(base::InvalidArgument(Reason(*response)));
  if (response->body.size() >= kMostBytes) return base::Fail(Unexpected("an answer below 64 KiB"));
  return response->body;
}

base::Result<std::string> DrillClient::Get(const std::string& path) {
  return Send({.method = "GET", .url = server_ + "/api/v1/" + path, .headers = {}, .body = {}});
}

base::Result<std::string> DrillClient::Post(const std::string& path, const std::string& body) {
  return Send({.method = "POST",
               .url = server_ + "/api/v1/" + path,
               .headers = {{"Content-Type", "application/json"}, {"X-CSRF-Token", token_}},
               .body = body});
}

base::Status DrillClient::Connect() {
  ASSIGN_OR_RETURN_STATUS(const std::string faults, Get("faults"));
  ASSIGN_OR_RETURN_STATUS(const json::object root, ParseObject(faults));
  if (!FlagOf(root, "enabled")) {
    return base::FailedPrecondition(
        fmt::format("drills are not possible there: {}", TextOf(root, "reason")));
  }
  ASSIGN_OR_RETURN_STATUS(const std::string session, Get("session"));
  ASSIGN_OR_RETURN_STATUS(const json::object answer, ParseObject(session));
  token_ = TextOf(answer, "csrf_token");
  return token_.empty() ? Unexpected("a csrf_token") : base::OkStatus();
}

base::Result<std::vector<DrillView>> DrillClient::Start(const std::string& request) {
  ASSIGN_OR_RETURN(const std::string body, Post("drills", request));
  ASSIGN_OR_RETURN(auto drills, ParseDrills(body));
  if (drills.empty()) return base::Fail(Unexpected("at least one drill"));
  return drills;
}

base::Status DrillClient::Cancel(std::int64_t id) {
  RETURN_IF_ERROR(Connect());  // the server may have been started anew since
  base::Result<std::string> answer = Post(fmt::format("drills/{}/cancel", id), "{}");
  return answer ? base::OkStatus() : answer.error();
}

base::Result<std::vector<DrillView>> DrillClient::Look(const std::vector<std::int64_t>& ids) {
  std::vector<DrillView> drills;
  for (const std::int64_t id : ids) {
    ASSIGN_OR_RETURN(const std::string body, Get(fmt::format("drills/{}", id)));
    ASSIGN_OR_RETURN(auto one, ParseDrills("{\"drills\":[" + body + "]}"));
    drills.push_back(std::move(one.front()));
  }
  return drills;
}

base::Result<std::string> DrillClient::Export(const std::string& run, const std::string& format) {
  return Get(
      fmt::format("drills/export?format={}{}{}", format, run.empty() ? "" : "&run=", Encode(run)));
}

}  // namespace distdiag::app

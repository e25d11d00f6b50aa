#include "serve/feedback_body.h"

#include "serve/text_length.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace distdiag::serve {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxAuthor = 100;
constexpr std::size_t kMaxComment = 10000;
constexpr std::size_t kMaxNode = 1000;

template <typename... Args>
tl::unexpected<base::Status> Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return base::Fail(base::InvalidArgument(fmt::format(format, std::forward<Args>(args)...)));
}

const json::value* Find(const json::object& object, std::string_view key) {
  return object.if_contains(json::string_view(key.data(), key.size()));
}

// As Find, but null is as good as nothing.
const json::value* FindValue(const json::object& object, std::string_view key) {
  const json::value* value = Find(object, key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

base::Status OnlyKnows(const json::object& object, std::string_view where,
                       std::initializer_list<std::string_view> keys) {
  for (const auto& member : object) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::ranges::find(keys, key) == keys.end())
      return base::InvalidArgument(fmt::format("{}: expected only {}, found \"{}\"", where,
                                               fmt::join(keys, ", "), key.substr(0, 40)));
  }
  return base::OkStatus();
}

// Empty where there is none.
base::Result<std::string> ReadText(const json::object& object, std::string_view key,
                                   std::size_t most) {
  const json::value* value = Find(object, key);
  if (value == nullptr) return std::string();
  const json::string* text = value->if_string();
  if (text == nullptr) return Wrong("{}: expected a string, found another type", key);
  std::string read(text->data(), text->size());
  const std::size_t characters = CountCharacters(read);
  if (characters > most)
    return Wrong("{}: expected at most {} characters, found {}", key, most, characters);
  return read;
}

base::Result<domain::Judgement> ReadJudgement(const json::object& object) {
  ASSIGN_OR_RETURN(const std::string name, ReadText(object, "judgement", kMaxNode));
  if (const auto judgement = domain::FindJudgement(name)) return *judgement;
  return Wrong(
      "judgement: expected confirmed, wrong_node, wrong_problem, not_an_incident or withdrawn, "
      "found \"{}\"",
      name.substr(0, 40));
}

base::Result<domain::ProblemId> ReadProblem(const json::object& object, std::string_view key) {
  ASSIGN_OR_RETURN(const std::string name, ReadText(object, key, kMaxNode));
  if (const auto problem = domain::FindProblem(name)) return *problem;
  return Wrong("{}: expected the name of a problem (/api/v1/problems), found \"{}\"", key,
               name.substr(0, 40));
}

// Schema CausePair.
base::Result<domain::SaidPair> ReadSaid(const json::value& value) {
  const json::object* pair = value.if_object();
  const json::value* target = pair == nullptr ? nullptr : Find(*pair, "target");
  if (target == nullptr || !target->is_object())
    return Wrong("said: expected an object with target and problem, found something else");
  RETURN_FAIL_IF_ERROR(OnlyKnows(*pair, "said", {"target", "problem"}));
  const json::object& of = target->get_object();
  RETURN_FAIL_IF_ERROR(OnlyKnows(of, "said.target", {"scope", "node"}));
  domain::SaidPair said;
  ASSIGN_OR_RETURN(said.problem, ReadProblem(*pair, "problem"));
  if (FindValue(of, "node") != nullptr) {
    ASSIGN_OR_RETURN(said.node, ReadText(of, "node", kMaxNode));
  }
  ASSIGN_OR_RETURN(const std::string scope, ReadText(of, "scope", kMaxNode));
  const std::string_view expected = said.node ? "node" : "cluster";
  if (scope != expected)
    return Wrong("said.target.scope: expected \"{}\" with this node, found \"{}\"", expected,
                 scope.substr(0, 40));
  return said;
}

}  // namespace

base::Result<NewFeedback> ParseNewFeedback(std::string_view body) {
  json::error_code error;
  const json::value root = json::parse(json::string_view(body.data(), body.size()), error);
  if (error) return Wrong("body: expected JSON, found: {}", error.message());
  const json::object* object = root.if_object();
  if (object == nullptr) return Wrong("body: expected a JSON object");
  RETURN_FAIL_IF_ERROR(OnlyKnows(
      *object, "body", {"judgement", "author", "comment", "right_node", "right_problem", "said"}));
  NewFeedback feedback;
  ASSIGN_OR_RETURN(feedback.judgement, ReadJudgement(*object));
  ASSIGN_OR_RETURN(feedback.author, ReadText(*object, "author", kMaxAuthor));
  if (feedback.author.find_first_not_of(" \t\r\n") == std::string::npos)
    return Wrong("author: expected at least one character that shows, found none");
  ASSIGN_OR_RETURN(feedback.comment, ReadText(*object, "comment", kMaxComment));
  if (FindValue(*object, "right_node") != nullptr) {
    ASSIGN_OR_RETURN(feedback.right_node, ReadText(*object, "right_node", kMaxNode));
  }
  if (FindValue(*object, "right_problem") != nullptr) {
    ASSIGN_OR_RETURN(feedback.right_problem, ReadProblem(*object, "right_problem"));
  }
  if (const json::value* said = FindValue(*object, "said")) {
    ASSIGN_OR_RETURN(feedback.said, ReadSaid(*said));
  }
  return feedback;
}

}  // namespace distdiag::serve

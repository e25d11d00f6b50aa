#include "serve/note_body.h"

#include "serve/text_length.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>

namespace distdiag::serve {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxAuthor = 100;
constexpr std::size_t kMaxText = 10000;

base::Result<std::string> ReadText(const json::value& value, std::string_view key,
                                   std::size_t max) {
  const json::string* text = value.if_string();
  if (text == nullptr) {
    return base::Fail(
        base::InvalidArgument(fmt::format("{}: expected a string, found another type", key)));
  }
  std::string read(text->data(), text->size());
  const std::size_t characters = CountCharacters(read);
  if (characters > max) {
    return base::Fail(base::InvalidArgument(
        fmt::format("{}: expected at most {} characters, found {}", key, max, characters)));
  }
  return read;
}

}  // namespace

base::Result<NewNote> ParseNewNote(std::string_view body) {
  json::error_code error;
  const json::value root = json::parse(json::string_view(body.data(), body.size()), error);
  if (error)
    return base::Fail(
        base::InvalidArgument(fmt::format("body: expected JSON, found: {}", error.message())));
  const json::object* object = root.if_object();
  if (object == nullptr)
    return base::Fail(base::InvalidArgument("body: expected a JSON object with \"text\""));
  NewNote note;
  for (const auto& [key, value] : *object) {
    if (key == "author") {
      ASSIGN_OR_RETURN(note.author, ReadText(value, "author", kMaxAuthor));
    } else if (key == "text") {
      ASSIGN_OR_RETURN(note.text, ReadText(value, "text", kMaxText));
    } else {
      const std::string_view name(key.data(), std::min<std::size_t>(key.size(), 40));
      return base::Fail(base::InvalidArgument(
          fmt::format("body: expected only author and text, found \"{}\"", name)));
    }
  }
  if (note.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    return base::Fail(
        base::InvalidArgument("text: expected at least one character that shows, found none"));
  }
  return note;
}

}  // namespace distdiag::serve

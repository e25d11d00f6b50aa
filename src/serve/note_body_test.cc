#include "serve/note_body.h"

#include <gtest/gtest.h>

namespace distdiag::serve {
namespace {

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(NoteBodyTest, ReadsAuthorAndText) {
  const auto note = ParseNewNote(R"({"author":"ann","text":"备份 \"job\"\nstopped"})");
  ASSERT_TRUE(note.has_value()) << note.error().message();
  EXPECT_EQ(note->author, "ann");
  EXPECT_EQ(note->text, "备份 \"job\"\nstopped");
  EXPECT_EQ(ParseNewNote(R"({"text":"x"})")->author, "");
  EXPECT_TRUE(ParseNewNote("{\"text\":\"" + Repeat("节", 10000) + "\"}").has_value())
      << "characters, not bytes";
}

TEST(NoteBodyTest, SaysWhatIsWrong) {
  const struct {
    const char* name;
    std::string body;
    const char* message;
  } rows[] = {
      {"nothing", "", "body: expected JSON"},
      {"no JSON", "text=x", "body: expected JSON"},
      {"two values", "{\"text\":\"x\"} {}", "body: expected JSON"},
      {"a list", "[]", "body: expected a JSON object"},
      {"no text", "{}", "text: expected at least one character that shows"},
      {"only space", R"({"text":" \n\t"})", "text: expected at least one character that shows"},
      {"text is a number", R"({"text":5})", "text: expected a string"},
      {"another field", R"({"text":"x","id":1})",
       "body: expected only author and text, found \"id\""},
      {"long author", "{\"text\":\"x\",\"author\":\"" + Repeat("a", 101) + "\"}",
       "author: expected at most 100 characters, found 101"},
      {"long text", "{\"text\":\"" + Repeat("a", 10001) + "\"}",
       "text: expected at most 10000 characters, found 10001"},
      {"no UTF-8", "{\"text\":\"\xff\xfe\"}", "body: expected JSON"},
      {"deep", Repeat("[", 1000), "body: expected JSON"},
  };
  for (const auto& row : rows) {
    const auto note = ParseNewNote(row.body);
    ASSERT_FALSE(note.has_value()) << row.name;
    EXPECT_EQ(note.error().code(), base::StatusCode::kInvalidArgument) << row.name;
    EXPECT_TRUE(note.error().message().starts_with(row.message))
        << row.name << ": " << note.error().message();
  }
}

}  // namespace
}  // namespace distdiag::serve

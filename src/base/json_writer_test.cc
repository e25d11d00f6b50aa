#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace distdiag::base {
namespace {

TEST(JsonWriterTest, NestsObjectsAndArrays) {
  JsonWriter json;
  json.BeginObject()
      .Field("a", 1)
      .Key("b")
      .BeginArray()
      .Value(true)
      .Null()
      .BeginObject()
      .EndObject()
      .EndArray();
  json.Field("c", "x").Key("d").Raw("[1,2]").EndObject();
  EXPECT_EQ(json.text(), R"({"a":1,"b":[true,null,{}],"c":"x","d":[1,2]})");
}

TEST(JsonWriterTest, NumbersAreTheShortestThatReadBackTheSame) {
  const struct {
    double number;
    const char* text;
  } rows[] = {
      {0, "0"},
      {-0.0, "-0"},
      {0.49, "0.49"},
      {0.1 + 0.2, "0.30000000000000004"},
      {1e15, "1000000000000000"},
      {-12.5, "-12.5"},
      {1e-5, "0.00001"},
      {1e300, "1e+300"},
      {5e-324, "5e-324"},
      {std::nan(""), "null"},
      {std::numeric_limits<double>::infinity(), "null"},
  };
  for (const auto& row : rows) {
    JsonWriter json;
    json.Value(row.number);
    EXPECT_EQ(json.text(), row.text);
  }
  JsonWriter json;
  json.BeginArray()
      .Value(0.1F)
      .Value(std::numeric_limits<std::int64_t>::min())
      .Value(std::uint64_t{18446744073709551615U});
  json.EndArray();
  EXPECT_EQ(json.text(), "[0.1,-9223372036854775808,18446744073709551615]");
}

TEST(JsonWriterTest, EscapesWhatMayNotStandInAString) {
  JsonWriter json;
  json.Value(std::string_view("a\"b\\c\n\t\r\x01\x1f/\x7f"));
  EXPECT_EQ(json.text(), "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u001f/\x7f\"");
}

TEST(JsonWriterTest, KeepsUtf8AndReplacesWhatIsNone) {
  const struct {
    const char* name;
    std::string_view in;
    std::string_view out;
  } rows[] = {
      {"two, three, four bytes", "\xC3\xA9\xE8\x8A\x82\xF0\x9F\x98\x80",
       "\xC3\xA9\xE8\x8A\x82\xF0\x9F\x98\x80"},
      {"lone continuation", "a\x80z", "a\xEF\xBF\xBDz"},
      {"cut short", "a\xE8\x8A", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"overlong", "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"surrogate", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const auto& row : rows) {
    JsonWriter json;
    json.Value(row.in);
    EXPECT_EQ(json.text(), '"' + std::string(row.out) + '"') << row.name;
  }
}

}  // namespace
}  // namespace distdiag::base

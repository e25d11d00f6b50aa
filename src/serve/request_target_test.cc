#include "serve/request_target.h"

#include <gtest/gtest.h>

#include <limits>

namespace distdiag::serve {
namespace {

TEST(RequestTargetTest, SplitsAndDecodes) {
  const auto target =
      RequestTarget::Parse("/api/v1/clusters/a%20b+c?metric=x&metric=y%26z&q=a+b&empty=&flag#part");
  ASSERT_TRUE(target.has_value()) << target.error().message();
  EXPECT_EQ(target->segments, (std::vector<std::string>{"api", "v1", "clusters", "a b+c"}));
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(target->query,
            (Pairs{{"metric", "x"}, {"metric", "y&z"}, {"q", "a b"}, {"empty", ""}, {"flag", ""}}));
  EXPECT_EQ(RequestTarget::Parse("/")->segments, std::vector<std::string>{""});
  EXPECT_EQ(RequestTarget::Parse("/a//b/")->segments, (std::vector<std::string>{"a", "", "b", ""}));
}

TEST(RequestTargetTest, RefusesWhatIsDoubtful) {
  for (const char* target :
       {"", "api", "http://evil/", "*", "/..", "/a/../b", "/%2e%2e/etc/passwd", "/a/%2E", "/a%2fb",
        "/a%5cb", "/a\\b", "/%", "/%4", "/%zz", "/a%00b", "/?a=%", "/?%zz=1", "/?a=%00"}) {
    const auto parsed = RequestTarget::Parse(target);
    ASSERT_FALSE(parsed.has_value()) << target;
    EXPECT_EQ(parsed.error().code(), base::StatusCode::kInvalidArgument) << target;
  }
  std::string many = "/?";
  for (int i = 0; i < 65; ++i) many += "a=1&";
  EXPECT_FALSE(RequestTarget::Parse(many).has_value());
}

TEST(RequestTargetTest, ReadsTimes) {
  const struct {
    const char* text;
    double seconds;  // -1: refused
  } rows[] = {
      {"2026-11-24T03:12:05Z", 1795489925},
      {"2026-11-24t03:12:05.25z", 1795489925.25},
      {"2026-11-24 05:12:05+02:00", 1795489925},
      {"2026-11-23T21:42:05-05:30", 1795489925},
      {"1970-01-01T00:00:00.1234567Z", 0.123456},
      {"2024-02-29T00:00:00Z", 1709164800},
      {"2023-02-29T00:00:00Z", -1},
      {"2026-13-01T00:00:00Z", -1},
      {"2026-11-24T24:00:00Z", -1},
      {"2026-11-24T03:60:05Z", -1},
      {"2026-11-24T03:12:61Z", -1},
      {"2026-11-24T03:12:05", -1},
      {"2026-11-24T03:12:05.Z", -1},
      {"2026-11-24T03:12:05Zx", -1},
      {"2026-11-24T03:12:05+0200", -1},
      {"1795489925", -1},
      {"", -1},
      {"-026-11-24T03:12:05Z", -1},
  };
  for (const auto& row : rows) {
    const auto time = ParseRfc3339(row.text);
    EXPECT_EQ(time.has_value(), row.seconds >= 0) << row.text;
    if (time) {
      EXPECT_EQ(*time, base::TimestampFromSeconds(row.seconds)) << row.text;
    }
  }
}

TEST(QueryReaderTest, SaysWhatWasExpectedAndFound) {
  const auto target = RequestTarget::Parse(
      "/?limit=5&from=yesterday&node=n1&node=n2&big=9223372036854775808&neg=-1&x=5a");
  ASSERT_TRUE(target.has_value());
  const QueryReader query(*target);
  EXPECT_EQ(*query.Integer("limit", 1, 500), 5);
  EXPECT_EQ(*query.Integer("absent", 1, 500), std::nullopt);
  EXPECT_EQ(query.Integer("limit", 10, 500).error().message(),
            "limit: expected an integer from 10 to 500, found \"5\"");
  EXPECT_EQ(query.Integer("neg", 1, std::numeric_limits<std::int64_t>::max()).error().message(),
            "neg: expected an integer of at least 1, found \"-1\"");
  EXPECT_FALSE(query.Integer("big", 1, std::numeric_limits<std::int64_t>::max()).has_value());
  EXPECT_FALSE(query.Integer("x", 1, 500).has_value());
  EXPECT_EQ(query.Time("from").error().message(),
            "from: expected a time like 2026-11-24T03:12:05Z, found \"yesterday\"");
  EXPECT_EQ(query.Text("node").error().message(), "node: expected one value, found 2");
  EXPECT_EQ(query.All("node"), (std::vector<std::string>{"n1", "n2"}));
  EXPECT_EQ(query.OnlyKnows({"limit", "from"}).message(),
            "query: expected only limit, from, found \"node\"");
  EXPECT_EQ(query.OnlyKnows({}).message(), "query: expected no parameters, found \"limit\"");
}

}  // namespace
}  // namespace distdiag::serve

#include "serve/csrf_guard.h"

#include "serve/test_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::serve {
namespace {

using testing::HasSubstr;

class CsrfGuardTest : public testing::Test, protected ServeWorld {
 protected:
  void SetUp() override { FillStore(); }

  static Request Post() {
    Request request;
    request.method = Method::kPost;
    request.target = "/api/v1/incidents/1/notes";
    request.host = "localhost:18000";
    request.content_type = "application/json";
    request.csrf_token = "0123456789abcdef";
    request.body = R"({"text":"x"})";
    return request;
  }

  ServerOptions options_{.api_port = 18000, .ui_port = 13000, .new_csrf_token = &FixedCsrfToken};
  Dispatcher dispatcher_{options_, DepsWithDrills()};
};

TEST_F(CsrfGuardTest, OnlyThisServersOwnPagesMayChangeSomething) {
  const struct {
    const char* origin;
    const char* site;
    const char* token;
    const char* refusal;  // empty = may pass
  } rows[] = {
      {"", "", "0123456789abcdef", ""},
      {"http://localhost:13000", "same-origin", "0123456789abcdef", ""},
      {"http://127.0.0.1:18000", "same-origin", "0123456789abcdef", ""},
      {"http://[::1]:13000", "same-site", "0123456789abcdef", ""},
      {"", "none", "0123456789abcdef", ""},
      {"http://localhost:5173", "same-site", "0123456789abcdef", "foreign_origin"},
      {"https://localhost:13000", "", "0123456789abcdef", "foreign_origin"},
      {"http://localhost", "", "0123456789abcdef", "foreign_origin"},
      {"http://localhost:13000.evil.example", "", "0123456789abcdef", "foreign_origin"},
      {"http://evil.example", "cross-site", "0123456789abcdef", "foreign_origin"},
      {"null", "", "0123456789abcdef", "foreign_origin"},
      {"", "cross-site", "0123456789abcdef", "cross_site"},
      {"", "", "", "csrf_token_missing"},
      {"http://localhost:13000", "same-origin", "", "csrf_token_missing"},
      {"", "", "0123456789abcdeF", "csrf_token_wrong"},
      {"", "", "0123456789abcde", "csrf_token_wrong"},
  };
  for (const auto& row : rows) {
    Request request = Post();
    request.origin = row.origin;
    request.sec_fetch_site = row.site;
    request.csrf_token = row.token;
    const Response response = dispatcher_.Handle(request);
    const bool passes = *row.refusal == '\0';
    EXPECT_EQ(response.status, passes ? 201 : 403) << row.origin << row.site << row.token;
    if (passes) continue;
    EXPECT_THAT(*response.body, HasSubstr(std::string("urn:distdiag:problem:") + row.refusal));
  }
  const std::string metrics = metrics_.WriteText();
  for (const char* line : {"reason=\"foreign_origin\"} 6", "reason=\"cross_site\"} 1",
                           "reason=\"csrf_token_missing\"} 2", "reason=\"csrf_token_wrong\"} 2"})
    EXPECT_THAT(metrics, HasSubstr(std::string("distdiag_http_csrf_refused_total{") + line));
}

TEST_F(CsrfGuardTest, EveryRouteThatChangesSomethingIsGuardedAndNoOther) {
  for (const Route& route : dispatcher_.router().routes()) {
    std::string target = route.pattern;
    if (const std::size_t id = target.find("{id}"); id != std::string::npos)
      target.replace(id, 4, "1");
    Request request = Post();
    request.method = route.method;
    request.target = target;
    request.csrf_token = "";
    request.origin = "http://evil.example";
    const int status = dispatcher_.Handle(request).status;
    EXPECT_EQ(status == 403, route.method == Method::kPost) << target << ' ' << status;
  }
  EXPECT_EQ(notes_->List(1)->size(), 1U);
  EXPECT_TRUE(drills_.cancelled.empty());
}

TEST_F(CsrfGuardTest, TheTokenIsToldByTheSessionAndNeverKept) {
  Request request = Post();
  request.method = Method::kGet;
  request.target = "/api/v1/session";
  const Response response = dispatcher_.Handle(request);
  EXPECT_EQ(*response.body, R"({"csrf_token":"0123456789abcdef"})");
  EXPECT_EQ(*HeaderOf(response, "Cache-Control"), "no-store");
  EXPECT_EQ(*HeaderOf(response, "Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Origin"), nullptr);
}

TEST(CsrfToken, IsLongAndNewEachTime) {
  const std::string first = NewCsrfToken();
  EXPECT_EQ(first.size(), 64U);
  EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(first, NewCsrfToken());
}

TEST(CsrfToken, IsComparedWhole) {
  EXPECT_TRUE(EqualInConstantTime("abc", "abc"));
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_FALSE(EqualInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualInConstantTime("bbc", "abc"));
  EXPECT_FALSE(EqualInConstantTime("abc", "ab"));
}

}  // namespace
}  // namespace distdiag::serve

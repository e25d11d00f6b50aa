#include "serve/static_files.h"

#include "base/gzip.h"
#include "serve/test_fixture.h"

#include <gtest/gtest.h>

namespace distdiag::serve {
namespace {

class StaticFilesTest : public testing::Test {
 protected:
  void Write(const std::string& path, const std::string& bytes) {
    EXPECT_TRUE(files_.WriteFileAtomic(path, bytes).ok());
  }

  base::MemoryFileSystem files_;
  StaticFiles pages_{"web", files_};
};

TEST_F(StaticFilesTest, SaysWhatToDoWhenNothingIsBuilt) {
  const Response response = pages_.Page({""}, false);
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(response.body->find("make build"), std::string::npos);
  Write("web/index.html", "<html>");
  EXPECT_EQ(pages_.Page({""}, false).status, 200) << "built in the meantime";
}

TEST_F(StaticFilesTest, RoutesOfTheApplicationGetItsPage) {
  Write("web/index.html", "<html>app");
  Write("web/favicon.svg", "<svg/>");
  const struct {
    std::vector<std::string> segments;
    const char* body;
  } rows[] = {
      {{""}, "<html>app"},
      {{"incidents", "7"}, "<html>app"},
      {{"c", "lab", "n", "db1.example.com"}, "<html>app"},
      {{"favicon.svg"}, "<svg/>"},
      {{"index.html"}, "<html>app"},
      {{"", "", ""}, "<html>app"},
  };
  for (const auto& row : rows) {
    const Response response = pages_.Page(row.segments, false);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(*response.body, row.body);
    EXPECT_EQ(*HeaderOf(response, "Cache-Control"), "no-cache");
  }
  EXPECT_EQ(pages_.Page({"favicon.svg"}, false).content_type, "image/svg+xml");
}

TEST_F(StaticFilesTest, HashedAssetsMayBeKeptForEverAndAreReadOnce) {
  Write("web/index.html", "<html>app");
  Write("web/assets/app-1a2b.js", std::string(5000, 'j'));
  for (int i = 0; i < 2; ++i) {
    const Response response = pages_.Page({"assets", "app-1a2b.js"}, true);
    ASSERT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
    EXPECT_EQ(*HeaderOf(response, "Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(*HeaderOf(response, "Content-Encoding"), "gzip");
    EXPECT_EQ(*HeaderOf(response, "Vary"), "Accept-Encoding");
    EXPECT_EQ(*base::Gunzip(*response.body, 10000, "it"), std::string(5000, 'j'));
    Write("web/assets/app-1a2b.js", "changed");
  }
  EXPECT_EQ(*pages_.Page({"assets", "app-1a2b.js"}, false).body, std::string(5000, 'j'));
  EXPECT_EQ(pages_.Page({"assets", "gone-9.js"}, false).status, 404)
      << "a page in place of a script would only confuse";
}

TEST_F(StaticFilesTest, HiddenFilesAndOtherFoldersAreNotServed) {
  Write("web/.vite/manifest.json", "secret");
  Write("web/.env", "secret");
  Write("secret", "secret");
  for (const char* path :
       {".env", ".vite/manifest.json", "../secret", "a/../../secret", "/secret", "a//b", ""}) {
    EXPECT_EQ(pages_.File(path, false).status, 404) << path;
  }
}

TEST(EntityTagTest, FollowsTheContent) {
  EXPECT_EQ(EntityTag("a"), EntityTag("a"));
  EXPECT_NE(EntityTag("a"), EntityTag("b"));
  EXPECT_TRUE(EntityTag("a").starts_with("W/\""));
}

}  // namespace
}  // namespace distdiag::serve

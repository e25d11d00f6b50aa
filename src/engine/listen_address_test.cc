#include "engine/listen_address.h"

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

TEST(ListenAddressTest, TakesNamesAndBothFamilies) {
  EXPECT_EQ(ParseListenAddress("127.0.0.1:13000", "k")->port, 13000);
  EXPECT_EQ(ParseListenAddress("localhost:0", "k")->host, "127.0.0.1");
  EXPECT_EQ(ParseListenAddress("[::1]:80", "k")->host, "::1");
}

TEST(ListenAddressTest, RefusesEverythingElse) {
  for (const char* text : {"", "13000", ":13000", "host", "host:", "host:x", "host:70000",
                           "host:-1", "::1:80", "[::1:80", "[]:80"}) {
    const auto address = ParseListenAddress(text, "serve.ui_address");
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(
        address.error().message(),
        std::string(
            "key serve.ui_address: expected host:port with a port from 0 to 65535, found \"") +
            text + "\"");
  }
}

}  // namespace
}  // namespace distdiag::engine

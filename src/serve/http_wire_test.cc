#include "serve/http_wire.h"

#include <gtest/gtest.h>

namespace distdiag::serve {
namespace {

TEST(HttpWireTest, WritesStatusHeadersAndLength) {
  Response response = TextResponse("hello");
  response.headers.emplace_back("X-A", "b");
  EXPECT_EQ(SerializeHead(response, Connection::kKeepAlive, "D"),
            "HTTP/1.1 200 OK\r\nServer: DistDiag\r\nDate: D\r\nContent-Type: text/plain; "
            "charset=utf-8\r\n"
            "Content-Length: 5\r\nX-A: b\r\n\r\n");
  response.stream = true;
  EXPECT_EQ(SerializeHead(response, Connection::kClose, "D").find("Content-Length"),
            std::string::npos);
  Response unchanged;
  unchanged.status = 304;
  EXPECT_EQ(
      SerializeHead(unchanged, Connection::kClose, "D"),
      "HTTP/1.1 304 Not Modified\r\nServer: DistDiag\r\nDate: D\r\nConnection: close\r\n\r\n");
}

TEST(HttpWireTest, DatesAsRfc9110Wants) {
  EXPECT_EQ(HttpDate(base::TimestampFromSeconds(1795489925.9)), "Tue, 24 Nov 2026 03:12:05 GMT");
  EXPECT_EQ(HttpDate(base::TimestampFromSeconds(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace distdiag::serve

// The real transport against a real, tiny HTTP server on loopback.
#include "notify/curl_transport.h"

#include "base/mutex.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace distdiag::notify {
namespace {

// Answers each connection with the next of its answers, after it has read a whole request. Thread: safe.
class TinyServer {
 public:
  explicit TinyServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~TinyServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;

  std::string Url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<std::string> requests() const {
    base::MutexLock lock(mutex_);
    return requests_;
  }

 private:
  static bool IsWhole(const std::string& request) {
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::size_t length = request.find("Content-Length: ");
    const std::size_t body = length > end ? 0 : std::stoul(request.substr(length + 16));
    return request.size() >= end + 4 + body;
  }

  void Serve() {
    for (const std::string& answer : answers_) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      std::string request;
      char bytes[4096];
      while (!IsWhole(request)) {
        const ssize_t count = recv(client, bytes, sizeof(bytes), 0);
        if (count <= 0) break;
        request.append(bytes, static_cast<std::size_t>(count));
      }
      {
        base::MutexLock lock(mutex_);
        requests_.push_back(request);
      }
      std::size_t sent = 0;
      while (sent < answer.size()) {
        const ssize_t count =
            send(client, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
      }
      close(client);
    }
  }

  const std::vector<std::string> answers_;
  int listener_;
  int port_;
  mutable base::Mutex mutex_;
  std::vector<std::string> requests_ GUARDED_BY(mutex_);
  std::thread thread_;
};

class CurlTransportTest : public testing::Test {
 protected:
  void SetUp() override { setenv("no_proxy", "127.0.0.1", 1); }
  static base::HttpRequest Post(std::string url) {
    base::HttpRequest request;
    request.url = std::move(url);
    request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", "k1"}};
    request.body = "{\"a\":1}";
    return request;
  }
  std::unique_ptr<base::HttpTransport> transport_ = NewCurlTransport();
};

TEST_F(CurlTransportTest, SendsTheRequestAndReadsTheAnswer) {
  TinyServer server({"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"});
  const auto response = transport_->Send(Post(server.Url("/hook?x=1")));
  ASSERT_TRUE(response.has_value()) << response.error().message();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "ok");
  const std::string request = server.requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /hook?x=1 HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Idempotency-Key: k1\r\n"), std::string::npos) << request;
  EXPECT_EQ(request.find("Expect:"), std::string::npos) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"a\":1}")) << request;
}

TEST_F(CurlTransportTest, ErrorsAndRedirectsAreAnswers) {
  TinyServer server(
      {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
       "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"});
  EXPECT_EQ(transport_->Send(Post(server.Url("/")))->status, 500);
  EXPECT_EQ(transport_->Send(Post(server.Url("/")))->status, 302);
}

TEST_F(CurlTransportTest, KeepsAtMost64KiBOfAnAnswer) {
  TinyServer server(
      {"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + std::string(200000, 'x')});
  const auto response = transport_->Send(Post(server.Url("/")));
  ASSERT_TRUE(response.has_value()) << response.error().message();
  EXPECT_EQ(response->body.size(), 64U * 1024);
  EXPECT_TRUE(response->body_truncated);
}

TEST_F(CurlTransportTest, ARequestMayAskForALongerAnswer) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + std::string(200000, 'x');
  TinyServer server({answer, answer});
  base::HttpRequest request = Post(server.Url("/"));
  request.max_body_bytes = 200000;
  const auto whole = transport_->Send(request);
  ASSERT_TRUE(whole.has_value()) << whole.error().message();
  EXPECT_EQ(whole->body.size(), 200000U);
  EXPECT_FALSE(whole->body_truncated);
  request.max_body_bytes = 199999;
  const auto cut = transport_->Send(request);
  ASSERT_TRUE(cut.has_value()) << cut.error().message();
  EXPECT_EQ(cut->body.size(), 199999U);
  EXPECT_TRUE(cut->body_truncated);
}

TEST_F(CurlTransportTest, NoAnswerMayWorkLater) {
  TinyServer silent({""});  // closes without a word
  const auto no_answer = transport_->Send(Post(silent.Url("/SECRET")));
  ASSERT_FALSE(no_answer.has_value());
  EXPECT_TRUE(no_answer.error().retryable()) << no_answer.error().message();
  EXPECT_EQ(no_answer.error().message().find("SECRET"), std::string::npos)
      << no_answer.error().message();

  const auto refused = transport_->Send(Post("http://127.0.0.1:1/SECRET"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().retryable()) << refused.error().message();
  EXPECT_EQ(refused.error().message().find("SECRET"), std::string::npos)
      << refused.error().message();
}

TEST_F(CurlTransportTest, OnlyHttpAndHttps) {
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "not an address"}) {
    const auto response = transport_->Send(Post(url));
    ASSERT_FALSE(response.has_value()) << url;
    EXPECT_EQ(response.error().code(), base::StatusCode::kInvalidArgument)
        << url << ": " << response.error().message();
  }
}

TEST_F(CurlTransportTest, AHeaderCanNotSmuggleAnother) {
  base::HttpRequest request = Post("http://127.0.0.1:1/");
  request.headers.emplace_back("X-A", "b\r\nX-Evil: 1");
  const auto response = transport_->Send(request);
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code(), base::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace distdiag::notify

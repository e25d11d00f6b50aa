// The whole server over real sockets on loopback, with a small blocking client.
#include "serve/server.h"

#include "serve/test_fixture.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace distdiag::serve {
namespace {

using testing::HasSubstr;

// One connection; every wait ends after 20 s at the latest. Thread: single.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  void Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  // Reads until `text` has come; all that came up to its end. Empty text: until the other side closes.
  std::string ReadUntil(std::string_view text) {
    while (true) {
      const std::size_t at = text.empty() ? std::string::npos : buffer_.find(text);
      if (at != std::string::npos) {
        std::string all = buffer_.substr(0, at + text.size());
        buffer_.erase(0, all.size());
        return all;
      }
      char bytes[4096];
      const ssize_t count = recv(fd_, bytes, sizeof(bytes), 0);
      if (count <= 0) return std::exchange(buffer_, {});
      buffer_.append(bytes, static_cast<std::size_t>(count));
    }
  }
  // Head and body of one answer with a Content-Length.
  std::string ReadAnswer() {
    std::string answer = ReadUntil("\r\n\r\n");
    const std::size_t at = answer.find("Content-Length: ");
    if (at == std::string::npos) return answer;
    const std::size_t length = std::stoul(answer.substr(at + 16));
    while (buffer_.size() < length) {
      char bytes[4096];
      const ssize_t count = recv(fd_, bytes, sizeof(bytes), 0);
      if (count <= 0) break;
      buffer_.append(bytes, static_cast<std::size_t>(count));
    }
    answer += buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
  }
  std::string Get(const std::string& target, const std::string& more = "") {
    Send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
    return ReadAnswer();
  }

 private:
  const int fd_;
  bool connected_ = false;
  std::string buffer_;
};

class ServerTest : public testing::Test, protected ServeWorld {
 protected:
  void StartServer(ServerLimits limits = {}) {
    ServerOptions options;
    options.api_port = 0;
    options.ui_port = 0;
    options.web_dir = "web";
    options.limits = limits;
    auto made = Server::New(options, Deps());
    ASSERT_TRUE(made.has_value()) << made.error().message();
    server_ = std::move(made).value();
    const base::Status started = server_->Start();
    ASSERT_TRUE(started.ok()) << started.message();
  }
  std::uint64_t Count(const std::string& name) { return metrics_.GetCounter(name, "").value(); }

  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersOnBothPortsAndKeepsTheConnection) {
  FillFeed();
  ASSERT_TRUE(files_.WriteFileAtomic("web/index.html", "<html>app").ok());
  StartServer();
  Client api(server_->api_port());
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(api.Get("/api/v1/clusters"), HasSubstr("\"name\":\"lab\""));
  Client ui(server_->ui_port());
  EXPECT_THAT(ui.Get("/incidents/7"), HasSubstr("<html>app"));
  EXPECT_THAT(ui.Get("/api/v1/clusters"), HasSubstr("\"name\":\"lab\""));
  EXPECT_THAT(ui.Get("/healthz", "Connection: close\r\n"), HasSubstr("Connection: close"));
  EXPECT_EQ(ui.ReadUntil(""), "") << "closed";
}

TEST_F(ServerTest, SeveralRequestsAtOnceAreAnsweredInOrder) {
  StartServer();
  Client client(server_->api_port());
  const std::string head = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  client.Send("GET /healthz" + head + "HEAD /healthz" + head + "GET /readyz" + head);
  EXPECT_THAT(client.ReadAnswer(), testing::EndsWith("ok\n"));
  const std::string head_answer = client.ReadUntil("\r\n\r\n");
  EXPECT_THAT(head_answer, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(client.ReadAnswer(), testing::EndsWith("ready\n"));
}

TEST_F(ServerTest, StoresANote) {
  FillStore();
  StartServer();
  Client client(server_->api_port());
  const std::string session = client.Get("/api/v1/session");
  const std::string start = "\"csrf_token\":\"";
  const std::string token = session.substr(session.find(start) + start.size(), 64);
  client.Send(
      "POST /api/v1/incidents/1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
      "application/json\r\nOrigin: http://127.0.0.1:" +
      std::to_string(server_->ui_port()) + "\r\nX-CSRF-Token: " + token +
      "\r\n"
      "Expect: 100-continue\r\nContent-Length: 16\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("100 Continue"));
  client.Send(R"({"text":"hello"})");
  EXPECT_THAT(client.ReadAnswer(), HasSubstr("201 Created"));
  EXPECT_EQ(notes_->List(1)->back().text, "hello");
}

TEST_F(ServerTest, WhatIsTooMuchOrNoHttpIsRefused) {
  StartServer({.header_bytes = 2000, .body_bytes = 1000});
  const std::string post =
      "POST /api/v1/incidents/1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
      "application/json\r\n";
  const struct {
    const char* name;
    std::string bytes;
    const char* answer;
  } rows[] = {
      {"long header",
       "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(3000, 'x') + "\r\n\r\n",
       "431 "},
      {"long target", "GET /" + std::string(3000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
       "431 "},
      {"long body", post + "Content-Length: 1001\r\n\r\n", "413 "},
      {"long chunked body",
       post + "Transfer-Encoding: chunked\r\n\r\n600\r\n" + std::string(1536, 'x') +
           "\r\n0\r\n\r\n",
       "413 "},
      {"no HTTP", "hello\r\n\r\n", "400 "},
      {"bad length", post + "Content-Length: -5\r\n\r\n", "400 "},
      {"two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "400 "},
      {"old host", "GET /healthz HTTP/1.0\r\n\r\n", "421 "},
      {"foreign host", "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", "421 "},
      {"form",
       "POST /api/v1/incidents/1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx",
       "415 "},
  };
  for (const auto& row : rows) {
    Client client(server_->api_port());
    client.Send(row.bytes);
    const std::string answer = client.ReadAnswer();
    EXPECT_TRUE(answer.starts_with(std::string("HTTP/1.1 ") + row.answer))
        << row.name << ": " << answer;
    EXPECT_THAT(answer, HasSubstr("application/problem+json")) << row.name;
  }
  EXPECT_EQ(Count("distdiag_http_malformed_total"), 7U);
}

TEST_F(ServerTest, SlowClientsAreClosed) {
  StartServer();
  Client idle(server_->api_port());
  EXPECT_THAT(idle.Get("/healthz"), HasSubstr("200 OK"));
  Client half(server_->api_port());
  half.Send("GET /healthz HTT");
  EXPECT_THAT(Client(server_->api_port()).Get("/healthz"), HasSubstr("200 OK"));
  // How far the server has come with `half` is not known: the clock goes on until the sweeper has closed both.
  std::atomic<bool> closed{false};
  std::thread time([&] {
    while (!closed) {
      clock_.Advance(std::chrono::seconds(20));
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(half.ReadUntil(""), "");
  EXPECT_EQ(idle.ReadUntil(""), "");
  closed = true;
  time.join();
  EXPECT_GE(Count("distdiag_http_timeouts_total"), 2U);
}

TEST_F(ServerTest, NotMoreConnectionsThanAllowed) {
  StartServer({.max_connections = 2});
  Client first(server_->api_port());
  EXPECT_THAT(first.Get("/healthz"), HasSubstr("200 OK"));
  {
    Client second(server_->api_port());
    EXPECT_THAT(second.Get("/healthz"), HasSubstr("200 OK"));
    Client third(server_->api_port());
    EXPECT_EQ(third.Get("/healthz"), "");
    EXPECT_EQ(Count("distdiag_http_connections_refused_total"), 1U);
  }
  std::string answer;
  while (answer.empty())
    answer = Client(server_->api_port()).Get("/healthz");  // until `second` was noticed to be gone
  EXPECT_THAT(answer, HasSubstr("200 OK"));
}

TEST_F(ServerTest, StreamsEventsAndWhatWasMissed) {
  StartServer();
  Client listener(server_->api_port());
  const std::string head = listener.Get("/api/v1/stream");
  EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(listener.ReadUntil("retry: 2000\n\n"), HasSubstr("retry"));
  feed_.Publish(SampleState());
  const std::string event = listener.ReadUntil("\n\n");
  EXPECT_THAT(event, HasSubstr("event: cluster\ndata: {\"name\":\"lab\""));
  const std::string id = event.substr(4, event.find('\n') - 4);
  feed_.PublishDemo(SampleDemo());
  EXPECT_THAT(listener.ReadUntil("\n\n"), HasSubstr("event: demo"));

  Client again(server_->api_port());
  again.Get("/api/v1/stream", "Last-Event-ID: " + id + "\r\n");
  EXPECT_THAT(again.ReadUntil("}\n\n"), HasSubstr("event: demo"));
  Client stranger(server_->api_port());
  stranger.Get("/api/v1/stream", "Last-Event-ID: 1-1\r\n");
  EXPECT_THAT(stranger.ReadUntil("{}\n\n"), HasSubstr("event: reset"));

  server_->Stop();
  EXPECT_EQ(listener.ReadUntil(""), "") << "ended";
}

TEST_F(ServerTest, AQuietStreamIsKeptAlive) {
  StartServer({.heartbeat = std::chrono::milliseconds(1)});
  Client listener(server_->ui_port());
  listener.Get("/api/v1/stream");
  EXPECT_THAT(listener.ReadUntil(": still here\n\n"), HasSubstr("still here"));
  EXPECT_THAT(listener.ReadUntil(": still here\n\n"), HasSubstr("still here"));
}

TEST_F(ServerTest, AListenerThatLeavesIsForgotten) {
  StartServer();
  {
    Client listener(server_->api_port());
    listener.Get("/api/v1/stream");
    listener.ReadUntil("retry: 2000\n\n");
    EXPECT_EQ(feed_.hub().client_count(), 1U);
  }
  while (feed_.hub().client_count() > 0) std::this_thread::yield();
}

TEST_F(ServerTest, AddressesThatOthersCouldReachAreRefused) {
  const struct {
    const char* address;
    base::StatusCode code;
    const char* text;
  } rows[] = {
      {"0.0.0.0", base::StatusCode::kInvalidArgument, "DistDiag has no access control yet"},
      {"192.168.1.5", base::StatusCode::kInvalidArgument, "expected a loopback address"},
      {"::", base::StatusCode::kInvalidArgument, "expected a loopback address"},
      {"db.example.com", base::StatusCode::kInvalidArgument,
       "expected 127.0.0.1 or ::1, found \"db.example.com\""},
      {"", base::StatusCode::kInvalidArgument, "serve.api_address: expected 127.0.0.1 or ::1"},
  };
  for (const auto& row : rows) {
    ServerOptions options;
    options.api_address = row.address;
    options.api_port = 0;
    options.ui_port = 0;
    const auto made = Server::New(options, Deps());
    ASSERT_FALSE(made.has_value()) << row.address;
    EXPECT_EQ(made.error().code(), row.code) << row.address;
    EXPECT_THAT(made.error().message(), HasSubstr(row.text)) << row.address;
    EXPECT_EQ(made.error().message().find('\n'), std::string::npos);
  }
}

TEST_F(ServerTest, APortInUseIsSaidInOneLine) {
  StartServer();
  ServerOptions options;
  options.api_port = server_->api_port();
  options.ui_port = 0;
  const auto second = Server::New(options, Deps());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), base::StatusCode::kFailedPrecondition);
  EXPECT_EQ(
      second.error().message(),
      "serve.api_address: expected port " + std::to_string(server_->api_port()) +
          " of 127.0.0.1 to be free, found it in use; stop the other process or set another port");
}

TEST_F(ServerTest, StopsAtAnyTimeAndTwice) {
  ServerOptions options;
  options.api_port = 0;
  options.ui_port = 0;
  {
    const auto never_started = Server::New(options, Deps());
    ASSERT_TRUE(never_started.has_value());
    (*never_started)->Stop();
  }
  StartServer();
  Client idle(server_->api_port());
  EXPECT_TRUE(idle.connected());
  server_->Stop();
  server_->Stop();
  EXPECT_EQ(idle.Get("/healthz"), "");
}

TEST_F(ServerTest, ManyClientsWhileThePublisherPublishes) {
  FillStore();
  StartServer();
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
      while (!done) {
        clock_.Advance(std::chrono::milliseconds(1));
        feed_.Publish(SampleState());
        feed_.PublishStatus(SampleStatus());
        feed_.PublishIncident(
            {.change = domain::IncidentChange::kUpdated, .incident = SampleIncident()}, Lab());
      }
    });
    std::vector<std::jthread> clients;
    for (int t = 0; t < 3; ++t) {
      clients.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          Client listener(server_->api_port());
          listener.Get("/api/v1/stream");
          if (listener.ReadUntil("\n\n").empty()) ++wrong;
          Client client(t == 0 ? server_->ui_port() : server_->api_port());
          for (const char* target :
               {"/api/v1/clusters", "/api/v1/incidents/1", "/api/v1/status", "/metrics"}) {
            if (!client.Get(target).starts_with("HTTP/1.1 200")) ++wrong;
          }
        }
      });
    }
    clients.clear();
    done = true;
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace distdiag::serve

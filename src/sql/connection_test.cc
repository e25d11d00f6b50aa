#include "sql/connection.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

namespace distdiag::sql {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A TCP socket on loopback that listens (or only holds its port) and never says a word.
class SilentPort {
 public:
  enum class Mode { kListening, kRefusing };
  explicit SilentPort(Mode mode) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    if (mode == Mode::kListening) {
      EXPECT_EQ(::listen(fd_, 8), 0);
    }
  }
  ~SilentPort() { ::close(fd_); }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

Endpoint SecretEndpoint(std::uint16_t port) {
  Endpoint endpoint;
  endpoint.port = port;
  endpoint.user = "watcher";
  endpoint.password = "hunter2";
  return endpoint;
}

TEST(EndpointNameTest, NamesSocketHostAndIpv6) {
  Endpoint endpoint;
  endpoint.user = "u";
  endpoint.password = "secret";
  EXPECT_EQ(EndpointName(endpoint), "127.0.0.1:3306");
  endpoint.host = "fd00::1";
  EXPECT_EQ(EndpointName(endpoint), "[fd00::1]:3306");
  endpoint.socket = "/run/n1.sock";
  EXPECT_EQ(EndpointName(endpoint), "unix:/run/n1.sock");
}

TEST(QuotedTest, TextStaysOneLiteral) {
  EXPECT_EQ(Quoted(""), "''");
  EXPECT_EQ(Quoted("it's"), R"('it\'s')");
  EXPECT_EQ(Quoted("a\\"), R"('a\\')");
  EXPECT_EQ(Quoted("a\nb\rc"), R"('a\nb\rc')");
  EXPECT_EQ(Quoted(std::string_view("a\0b", 3)), R"('a\0b')");
}

TEST(ConnectionTest, RefusedPortIsUnavailableAndNamesTheEndpoint) {
  const SilentPort port(SilentPort::Mode::kRefusing);
  base::RealClock clock;
  auto open = Connection::Open(SecretEndpoint(port.port()), milliseconds(2000), clock);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code(), base::StatusCode::kUnavailable);
  EXPECT_THAT(open.error().message(), AllOf(HasSubstr("127.0.0.1:" + std::to_string(port.port())),
                                            HasSubstr("check that it runs")));
  EXPECT_THAT(open.error().message(), Not(HasSubstr("hunter2")));
}

TEST(ConnectionTest, MissingSocketIsUnavailable) {
  base::RealClock clock;
  Endpoint endpoint = SecretEndpoint(0);
  endpoint.socket = "/nonexistent/mariadb.sock";
  auto open = Connection::Open(endpoint, milliseconds(2000), clock);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code(), base::StatusCode::kUnavailable);
  EXPECT_THAT(open.error().message(), HasSubstr("unix:/nonexistent/mariadb.sock: error 2002"));
}

TEST(ConnectionTest, SilentServerCostsTheLimitAndNoMore) {
  const SilentPort port(SilentPort::Mode::kListening);
  base::RealClock clock;
  const auto start = std::chrono::steady_clock::now();
  auto open = Connection::Open(SecretEndpoint(port.port()), milliseconds(150), clock);
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code(), base::StatusCode::kUnavailable);
  EXPECT_THAT(open.error().message(), HasSubstr("no answer within 150 ms while connecting"));
  EXPECT_GE(took, milliseconds(149));
  EXPECT_LT(took, milliseconds(600));
}

TEST(ConnectionTest, AClockThatStandsStillDoesNotStretchTheLimit) {
  const SilentPort port(SilentPort::Mode::kListening);
  base::SimulatedClock clock{base::Timestamp{}};
  const auto start = std::chrono::steady_clock::now();
  auto open = Connection::Open(SecretEndpoint(port.port()), milliseconds(50), clock);
  ASSERT_FALSE(open);
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(500));
}

TEST(ConnectionTest, NoTimeLeftIsUnavailableAtOnce) {
  base::RealClock clock;
  auto open = Connection::Open(SecretEndpoint(1), milliseconds(0), clock);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code(), base::StatusCode::kUnavailable);
}

TEST(ConnectionTest, VerifiedTlsNeedsAReadableAuthority) {
  base::RealClock clock;
  Endpoint endpoint = SecretEndpoint(1);
  endpoint.tls = TlsMode::kVerified;
  auto open = Connection::Open(endpoint, milliseconds(100), clock);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code(), base::StatusCode::kInvalidArgument);
  EXPECT_THAT(open.error().message(), HasSubstr("tls_ca_file"));
  endpoint.tls_ca_file = "/nonexistent/ca.pem";
  open = Connection::Open(endpoint, milliseconds(100), clock);
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().message(), HasSubstr("/nonexistent/ca.pem can't be read"));
}

}  // namespace
}  // namespace distdiag::sql

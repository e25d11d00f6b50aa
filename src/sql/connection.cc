#include "sql/connection.h"

#include "sql/host_lookup.h"
#include "sql/server_error.h"
#include "sql/time_budget.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <mysql.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <mutex>
#include <utility>

// Exported by the library (version node libmariadb_3) and missing from its installed headers.
extern "C" int ma_pvio_register_callback(my_bool is_registration,
                                         void (*callback)(int mode, MYSQL* mysql,
                                                          const unsigned char* bytes,
                                                          std::size_t count));

namespace distdiag::sql {
namespace {

// A TLS handshake with a long chain of certificates needs more than the library's default of 60 KiB.
constexpr std::size_t kCoroutineStackBytes = 256 * 1024;
// After a time-out the library's call is driven to its end, over a socket that is shut down; each round makes progress.
constexpr int kAbandonRounds = 1000;

long long Milliseconds(base::Duration d) {
  return std::chrono::ceil<std::chrono::milliseconds>(d).count();
}

// The library's TLS handshake waits by itself, not through its non-blocking interface; this is where it is told our limit.
thread_local TimeBudget* handshake_budget = nullptr;

int WaitInHandshake(my_socket fd, my_bool is_read, int /*timeout*/) {
  if (handshake_budget == nullptr) return -1;
  return handshake_budget->WaitFor(fd, is_read != 0 ? IoEvent::kRead : IoEvent::kWrite) ? 1 : 0;
}

// After connecting, the library turns the socket to blocking mode, and OpenSSL then reads without a limit: a server that hangs
// in the middle of a handshake, or of an answer over TLS, would hold us for ever. No option changes it; this is the first
// place of the library that calls us after that, and before TLS starts: the greeting of the server has just been read.
thread_local bool awaits_greeting = false;

void MakeNonBlocking(int /*mode*/, MYSQL* mysql, const unsigned char* /*bytes*/,
                     std::size_t /*count*/) {
  if (!awaits_greeting) return;
  awaits_greeting = false;
  const int fd = mysql_get_socket(mysql);
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags >= 0) ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

// OpenSSL writes to a socket that the server may have closed; that must not end the program.
class SigpipeBlock {
 public:
  SigpipeBlock() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~SigpipeBlock() {
    if (!was_pending_) {
      const timespec now{};
      while (sigtimedwait(&pipe_, nullptr, &now) > 0) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

IoEvent EventOf(int status) {
  const bool read = (status & MYSQL_WAIT_READ) != 0;
  const bool write = (status & MYSQL_WAIT_WRITE) != 0;
  if (read && write) return IoEvent::kReadOrWrite;
  return write ? IoEvent::kWrite : IoEvent::kRead;
}

enum class Outcome { kDone, kTimedOut };

// Runs one call of the library's non-blocking interface to its end. `start` and `resume` return what to wait for, 0 = done.
template <typename Start, typename Resume>
Outcome Drive(MYSQL* mysql, TimeBudget& budget, Start start, Resume resume) {
  const SigpipeBlock no_sigpipe;
  handshake_budget = &budget;
  Outcome outcome = Outcome::kDone;
  int rounds = 0;
  int status = start();
  while (status != 0) {
    const int fd = mysql_get_socket(mysql);
    if (outcome == Outcome::kDone && !budget.WaitFor(fd, EventOf(status))) {
      outcome = Outcome::kTimedOut;
      ::shutdown(fd, SHUT_RDWR);  // else a read through TLS would go on waiting
    }
    if (outcome == Outcome::kDone) {
      status = resume(status & ~MYSQL_WAIT_TIMEOUT);
    } else if (++rounds <= kAbandonRounds) {
      status = resume(MYSQL_WAIT_TIMEOUT);
    } else {
      break;
    }
  }
  handshake_budget = nullptr;
  if (budget.spent()) outcome = Outcome::kTimedOut;
  return outcome;
}

void SetUpLibrary() {
  static std::once_flag once;
  std::call_once(once, [] {
    mysql_server_init(0, nullptr, nullptr);
    ma_pvio_register_callback(1, &MakeNonBlocking);
  });
}

void SetOptions(MYSQL* mysql, const Endpoint& endpoint) {
  std::size_t stack = kCoroutineStackBytes;
  mysql_optionsv(mysql, MYSQL_OPT_NONBLOCK, &stack);
  mysql_optionsv(mysql, MARIADB_OPT_IO_WAIT, reinterpret_cast<void*>(&WaitInHandshake));
  mysql_optionsv(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_optionsv(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "distdiag");
  // A server must not be able to ask for our files.
  const unsigned int off = 0;
  mysql_optionsv(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
  const unsigned int protocol =
      endpoint.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  mysql_optionsv(mysql, MYSQL_OPT_PROTOCOL, &protocol);

  const my_bool yes = 1;
  switch (endpoint.tls) {
    case TlsMode::kOff: return;
    case TlsMode::kPreferred:
      if (!endpoint.socket.empty()) return;  // nobody listens in on a Unix socket
      break;
    case TlsMode::kRequired: break;
    case TlsMode::kVerified:
      mysql_optionsv(mysql, MYSQL_OPT_SSL_CA, endpoint.tls_ca_file.c_str());
      mysql_optionsv(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
      break;
  }
  // Despite its name this only asks: a server without TLS is spoken to in plain text.
  mysql_optionsv(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
}

base::Status CheckEndpoint(const Endpoint& endpoint) {
  if (endpoint.tls != TlsMode::kVerified) return base::OkStatus();
  if (!endpoint.socket.empty()) {
    return base::InvalidArgument(fmt::format(
        "{}: tls verified needs a host name to compare with the server's certificate, found a "
        "Unix socket; set tls to off or required",
        EndpointName(endpoint)));
  }
  if (endpoint.tls_ca_file.empty()) {
    return base::InvalidArgument(fmt::format(
        "{}: tls verified needs tls_ca_file, the certificate of the authority that signed the "
        "server's; found none",
        EndpointName(endpoint)));
  }
  if (::access(endpoint.tls_ca_file.c_str(), R_OK) != 0) {
    return base::InvalidArgument(fmt::format("{}: tls_ca_file {} can't be read",
                                             EndpointName(endpoint), endpoint.tls_ca_file));
  }
  return base::OkStatus();
}

struct ResultDeleter {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using StoredResult = std::unique_ptr<MYSQL_RES, ResultDeleter>;

ResultSet Copy(MYSQL_RES* stored) {
  ResultSet set;
  const unsigned int width = mysql_num_fields(stored);
  const MYSQL_FIELD* fields = mysql_fetch_fields(stored);
  set.columns.reserve(width);
  for (unsigned int i = 0; i < width; ++i)
    set.columns.emplace_back(fields[i].name, fields[i].name_length);
  set.rows.reserve(static_cast<std::size_t>(mysql_num_rows(stored)));
  while (MYSQL_ROW row = mysql_fetch_row(stored)) {
    const unsigned long* lengths = mysql_fetch_lengths(stored);
    auto& cells = set.rows.emplace_back();
    cells.reserve(width);
    for (unsigned int i = 0; i < width; ++i) {
      if (row[i] == nullptr)
        cells.emplace_back(std::nullopt);
      else
        cells.emplace_back(std::in_place, row[i], lengths[i]);
    }
  }
  return set;
}

}  // namespace

class Connection::Impl {
 public:
  Impl(Endpoint endpoint, base::Clock& clock) : endpoint_(std::move(endpoint)), clock_(&clock) {}
  ~Impl() { Close(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  base::Status Connect(base::Duration limit);
  base::Result<ResultSet> Query(std::string_view statement, base::Duration limit);

  bool broken() const { return broken_; }
  unsigned last_error() const { return last_error_; }
  const std::string& server_version() const { return server_version_; }
  std::uint64_t thread_id() const { return thread_id_; }

 private:
  base::Status ConnectTo(const std::string& host, TimeBudget& budget);
  base::Result<ResultSet> FetchResult(TimeBudget& budget);
  base::Status SkipMoreResults(TimeBudget& budget);
  base::Status Failure();
  base::Status TimedOut(base::Duration limit, std::string_view doing);
  void Close();

  const Endpoint endpoint_;
  base::Clock* clock_;
  MYSQL* mysql_ = nullptr;
  bool broken_ = false;
  unsigned last_error_ = 0;
  std::string server_version_;
  std::uint64_t thread_id_ = 0;
};

void Connection::Impl::Close() {
  if (mysql_ == nullptr) return;
  const SigpipeBlock no_sigpipe;
  mysql_close(mysql_);
  mysql_ = nullptr;
}

base::Status Connection::Impl::TimedOut(base::Duration limit, std::string_view doing) {
  broken_ = true;
  return base::Unavailable(
      fmt::format("{}: no answer within {} ms while {}: the server hangs, is overloaded or can't "
                  "be reached; check that it runs and answers",
                  EndpointName(endpoint_), Milliseconds(limit), doing));
}

base::Status Connection::Impl::Connect(base::Duration limit) {
  SetUpLibrary();
  RETURN_IF_ERROR(CheckEndpoint(endpoint_));
  std::vector<std::string> addresses = {endpoint_.host};
  TimeBudget budget(*clock_, limit);
  if (endpoint_.socket.empty()) {
    const base::Timestamp before = clock_->Now();
    auto found = LookUpHost(endpoint_.host, limit);
    if (!found) {
      last_error_ = 2005;
      return base::Unavailable(
          fmt::format("{}: {}", EndpointName(endpoint_), found.error().message()));
    }
    // The certificate names the host: the library must know that name, and looks it up again.
    if (endpoint_.tls != TlsMode::kVerified) addresses = std::move(*found);
    budget = TimeBudget(*clock_, limit - std::max(clock_->Now() - before, base::Duration::zero()));
  }
  base::Status failure = TimedOut(limit, "connecting");
  for (std::size_t i = 0; i < addresses.size() && !budget.spent(); ++i) {
    // A dead address of a host with several leaves time for the others.
    const auto share = budget.left() / static_cast<int>(addresses.size() - i);
    TimeBudget part(*clock_, share);
    failure = ConnectTo(addresses[i], part);
    if (failure.ok()) return failure;
    budget = TimeBudget(*clock_, budget.left() - (share - part.left()));
    if (last_error_ != 0 && last_error_ != 2002 && last_error_ != 2003) break;
  }
  return failure;
}

base::Status Connection::Impl::ConnectTo(const std::string& host, TimeBudget& budget) {
  Close();
  broken_ = false;
  last_error_ = 0;
  const base::Duration limit = budget.left();
  mysql_ = mysql_init(nullptr);
  if (mysql_ == nullptr) return base::ResourceExhausted("out of memory for a database connection");
  SetOptions(mysql_, endpoint_);

  MYSQL* connected = nullptr;
  awaits_greeting = true;
  const Outcome outcome = Drive(
      mysql_, budget,
      [&] {
        return mysql_real_connect_start(
            &connected, mysql_, endpoint_.socket.empty() ? host.c_str() : nullptr,
            endpoint_.user.c_str(), endpoint_.password.c_str(),
            endpoint_.database.empty() ? nullptr : endpoint_.database.c_str(),
            endpoint_.socket.empty() ? endpoint_.port : 0,
            endpoint_.socket.empty() ? nullptr : endpoint_.socket.c_str(), 0);
      },
      [&](int ready) { return mysql_real_connect_cont(&connected, mysql_, ready); });
  if (outcome == Outcome::kTimedOut) return TimedOut(limit, "connecting");
  if (connected == nullptr) {
    broken_ = true;
    last_error_ = mysql_errno(mysql_);
    return ConnectFailure(endpoint_, {.number = last_error_, .text = mysql_error(mysql_)});
  }
  const bool must_encrypt =
      endpoint_.tls == TlsMode::kRequired || endpoint_.tls == TlsMode::kVerified;
  if (must_encrypt && mysql_get_ssl_cipher(mysql_) == nullptr) {
    broken_ = true;
    last_error_ = 2026;
    return TlsNotOffered(endpoint_);
  }
  server_version_ = mysql_get_server_info(mysql_);
  thread_id_ = mysql_thread_id(mysql_);
  return base::OkStatus();
}

base::Status Connection::Impl::Failure() {
  last_error_ = mysql_errno(mysql_);
  if (EndsConnection(last_error_)) broken_ = true;
  return QueryFailure(endpoint_, {.number = last_error_, .text = mysql_error(mysql_)});
}

base::Result<ResultSet> Connection::Impl::Query(std::string_view statement, base::Duration limit) {
  if (broken_) {
    return base::Fail(base::Unavailable(
        fmt::format("{}: the connection is lost; open a new one", EndpointName(endpoint_))));
  }
  last_error_ = 0;
  TimeBudget budget(*clock_, limit);
  int failed = 0;
  const Outcome outcome = Drive(
      mysql_, budget,
      [&] { return mysql_real_query_start(&failed, mysql_, statement.data(), statement.size()); },
      [&](int ready) { return mysql_real_query_cont(&failed, mysql_, ready); });
  if (outcome == Outcome::kTimedOut) return base::Fail(TimedOut(limit, "running a statement"));
  if (failed != 0) return base::Fail(Failure());

  auto result = FetchResult(budget);
  if (result) {
    if (base::Status rest = SkipMoreResults(budget); !rest.ok()) return base::Fail(rest);
  }
  if (budget.spent()) return base::Fail(TimedOut(limit, "reading an answer"));
  return result;
}

base::Result<ResultSet> Connection::Impl::FetchResult(TimeBudget& budget) {
  MYSQL_RES* raw = nullptr;
  static_cast<void>(Drive(
      mysql_, budget, [&] { return mysql_store_result_start(&raw, mysql_); },
      [&](int ready) { return mysql_store_result_cont(&raw, mysql_, ready); }));
  const StoredResult stored(raw);
  if (stored != nullptr) return Copy(stored.get());
  if (mysql_errno(mysql_) != 0) return base::Fail(Failure());
  ResultSet without_rows;
  without_rows.affected_rows = mysql_affected_rows(mysql_);
  return without_rows;
}

// A stored procedure sends several results and a last status; what is not read would answer the next statement.
base::Status Connection::Impl::SkipMoreResults(TimeBudget& budget) {
  while (mysql_more_results(mysql_) != 0 && !budget.spent()) {
    int status = 0;
    static_cast<void>(Drive(
        mysql_, budget, [&] { return mysql_next_result_start(&status, mysql_); },
        [&](int ready) { return mysql_next_result_cont(&status, mysql_, ready); }));
    if (status > 0) return Failure();
    RETURN_IF_ERROR([&] {
      auto skipped = FetchResult(budget);
      return skipped ? base::OkStatus() : skipped.error();
    }());
  }
  return base::OkStatus();
}

std::string EndpointName(const Endpoint& endpoint) {
  if (!endpoint.socket.empty()) return "unix:" + endpoint.socket;
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
                 : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

std::string Quoted(std::string_view text) {
  std::string out = "'";
  out.reserve(text.size() + 2);
  for (const char c : text) {
    switch (c) {
      case '\'': out += "\\'"; break;
      case '\\': out += "\\\\"; break;
      case '\0': out += "\\0"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\x1a': out += "\\Z"; break;
      default: out += c;
    }
  }
  out += '\'';
  return out;
}

base::Result<std::unique_ptr<Connection>> Connection::Open(const Endpoint& endpoint,
                                                           base::Duration limit,
                                                           base::Clock& clock) {
  auto impl = std::make_unique<Impl>(endpoint, clock);
  RETURN_FAIL_IF_ERROR(impl->Connect(limit));
  return std::unique_ptr<Connection>(new Connection(std::move(impl)));
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

base::Result<ResultSet> Connection::Query(std::string_view statement, base::Duration limit) {
  return impl_->Query(statement, limit);
}

bool Connection::broken() const { return impl_->broken(); }
unsigned Connection::last_error() const { return impl_->last_error(); }
const std::string& Connection::server_version() const { return impl_->server_version(); }
std::uint64_t Connection::thread_id() const { return impl_->thread_id(); }

}  // namespace distdiag::sql

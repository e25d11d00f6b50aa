#include "serve/http_worker.h"

#include "base/executor.h"
#include "base/logging.h"
#include "serve/http_wire.h"

#include <fmt/format.h>
#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace distdiag::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// The concrete executor instead of any_io_executor: a third less CPU a request.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using SteadyTraits = asio::wait_traits<std::chrono::steady_clock>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, SteadyTraits, Executor>;
template <typename T>
using Task = asio::awaitable<T, Executor>;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<Executor>{});

constexpr std::size_t kReadBytes = 4096;
constexpr auto kSweepEvery = std::chrono::milliseconds(250);
constexpr auto kAcceptPause =
    std::chrono::milliseconds(100);  // after an error, for example no descriptors left
constexpr base::Duration kLingerTime = std::chrono::seconds(2);
constexpr std::size_t kLingerBytes = std::size_t{1} << 20;
constexpr base::Timestamp kNever = base::Timestamp::max();
constexpr std::string_view kStreamStart = "retry: 2000\n\n";
constexpr std::string_view kHeartbeat = ": still here\n\n";

asio::const_buffer Bytes(std::string_view text) { return {text.data(), text.size()}; }
std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

class Session;

// What the sessions of one worker share. Thread: single (owner: the worker's thread).
struct Shared {
  Shared(const ServerLimits& server_limits, HttpWorkerDeps worker_deps)
      : io(std::make_shared<asio::io_context>(1)),
        limits(server_limits),
        deps(worker_deps),
        refused(deps.metrics.GetCounter("distdiag_http_connections_refused_total",
                                        "Connections closed at once: too many")),
        timeouts(deps.metrics.GetCounter("distdiag_http_timeouts_total",
                                         "Connections closed: the client was too slow")),
        malformed(deps.metrics.GetCounter("distdiag_http_malformed_total",
                                          "Requests that are not HTTP or beyond a limit")),
        accept_errors(deps.metrics.GetCounter("distdiag_http_accept_errors_total",
                                              "Connections that could not be accepted")) {}

  std::string_view Date() {
    const base::Timestamp now = std::chrono::floor<std::chrono::seconds>(deps.clock.Now());
    if (now != date_time) {
      date_time = now;
      date = HttpDate(now);
    }
    return date;
  }

  // shared_ptr: a publisher's wake-up may come when the worker is gone.
  const std::shared_ptr<asio::io_context> io;
  const ServerLimits limits;
  const HttpWorkerDeps deps;
  base::Counter& refused;
  base::Counter& timeouts;
  base::Counter& malformed;
  base::Counter& accept_errors;
  std::set<Session*> sessions;
  bool stopping = false;
  base::Timestamp date_time;
  std::string date;
};

// One connection. Lives as long as one of its coroutines.
class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(Socket socket, Side side, Shared& shared)
      : socket_(std::move(socket)),
        wake_timer_(socket_.get_executor()),
        side_(side),
        shared_(shared) {
    shared_.sessions.insert(this);
    shared_.deps.connections.fetch_add(1, std::memory_order_relaxed);
  }
  ~Session() {
    shared_.sessions.erase(this);
    shared_.deps.connections.fetch_sub(1, std::memory_order_relaxed);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  base::Timestamp deadline() const { return deadline_; }

  // Ends all that is under way.
  void Close() {
    gone_ = true;
    error_code ignored;
    socket_.close(ignored);
    wake_timer_.cancel();
  }

  static Task<void> Run(std::shared_ptr<Session> self) {
    error_code ignored;
    self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    while (!self->gone_ && co_await self->ServeOne()) {
    }
    self->Close();
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  void Allow(base::Duration time) { deadline_ = shared_.deps.clock.Now() + time; }

  // False when the connection is to be closed.
  Task<bool> ServeOne() {
    if (buffer_.size() == 0) {
      Allow(shared_.limits.idle_timeout);
      auto [error, count] = co_await socket_.async_read_some(buffer_.prepare(kReadBytes), kAwait);
      if (error) co_return false;
      buffer_.commit(count);
    }
    Allow(shared_.limits.request_timeout);
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(shared_.limits.header_bytes));
    parser.body_limit(shared_.limits.body_bytes);
    const error_code failed = co_await ReadRequest(parser);
    if (failed) {
      co_await Refuse(failed);
      co_return false;
    }
    co_return co_await Answer(parser);
  }

  Task<error_code> ReadRequest(Parser& parser) {
    auto [header_error, header_bytes] =
        co_await http::async_read_header(socket_, buffer_, parser, kAwait);
    if (header_error || parser.is_done()) co_return header_error;
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      auto [write_error, written] =
          co_await asio::async_write(socket_, Bytes("HTTP/1.1 100 Continue\r\n\r\n"), kAwait);
      if (write_error) co_return write_error;
    }
    auto [error, bytes] = co_await http::async_read(socket_, buffer_, parser, kAwait);
    co_return error;
  }

  Task<bool> Answer(const Parser& parser) {
    const auto& message = parser.get();
    Request request;
    request.method = MethodOf(message.method());
    request.side = side_;
    request.target = View(message.target());
    request.host = View(message[http::field::host]);
    request.content_type = View(message[http::field::content_type]);
    request.accept_encoding = View(message[http::field::accept_encoding]);
    request.if_none_match = View(message[http::field::if_none_match]);
    request.last_event_id = View(message["Last-Event-ID"]);
    request.origin = View(message[http::field::origin]);
    request.sec_fetch_site = View(message["Sec-Fetch-Site"]);
    request.csrf_token = View(message["X-CSRF-Token"]);
    request.body = message.body();
    const Response response = shared_.deps.dispatcher.Handle(request);
    if (response.stream && request.method == Method::kGet) {
      co_await Stream(response, std::string(request.last_event_id));
      co_return false;
    }
    const bool keep = message.keep_alive() && !shared_.stopping;
    co_return co_await Write(response, request.method == Method::kHead, keep) && keep;
  }

  static Method MethodOf(http::verb verb) {
    if (verb == http::verb::get) return Method::kGet;
    if (verb == http::verb::head) return Method::kHead;
    return verb == http::verb::post ? Method::kPost : Method::kOther;
  }

  Task<bool> Write(const Response& response, bool head_only, bool keep) {
    Allow(shared_.limits.write_timeout);
    const std::string head =
        SerializeHead(response, keep ? Connection::kKeepAlive : Connection::kClose, shared_.Date());
    const std::array<asio::const_buffer, 2> both = {
        Bytes(head), Bytes(head_only ? std::string_view() : *response.body)};
    auto [error, count] = co_await asio::async_write(socket_, both, kAwait);
    co_return !error;
  }

  // Answers what is no request, then reads on for a moment: closing with unread bytes would destroy the answer.
  Task<void> Refuse(error_code error) {
    const std::optional<Response> answer = AnswerTo(error);
    if (!answer) co_return;
    shared_.malformed.Add();
    if (!co_await Write(*answer, false, false)) co_return;
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    Allow(kLingerTime);
    std::array<char, kReadBytes> thrown_away;
    for (std::size_t total = 0; total < kLingerBytes;) {
      auto [read_error, count] =
          co_await socket_.async_read_some(asio::buffer(thrown_away), kAwait);
      if (read_error) co_return;
      total += count;
    }
  }

  // nullopt when nobody is there to read an answer.
  std::optional<Response> AnswerTo(error_code error) const {
    if (error == http::error::header_limit) {
      return ProblemResponse(431, "header_too_large",
                             fmt::format("expected at most {} bytes of request line and headers",
                                         shared_.limits.header_bytes));
    }
    if (error == http::error::body_limit) {
      return ProblemResponse(
          413, "body_too_large",
          fmt::format("expected at most {} bytes of body", shared_.limits.body_bytes));
    }
    if (error == http::error::end_of_stream ||
        error.category() != make_error_code(http::error::end_of_stream).category()) {
      return std::nullopt;
    }
    return ProblemResponse(400, "malformed_request",
                           fmt::format("expected an HTTP/1.1 request: {}", error.message()));
  }

  Task<void> Stream(const Response& response, std::string last_event_id) {
    auto subscription = shared_.deps.feed.hub().Subscribe(last_event_id, MakeWake());
    if (!subscription) {
      Response refusal = ProblemResponse(subscription.error());
      refusal.headers.emplace_back("Retry-After", "10");
      co_await Write(refusal, false, false);
      co_return;
    }
    const std::string head =
        SerializeHead(response, Connection::kClose, shared_.Date()) + std::string(kStreamStart);
    if (!co_await WriteAll(std::vector<asio::const_buffer>(1, Bytes(head)))) co_return;
    asio::co_spawn(socket_.get_executor(), WatchForEnd(shared_from_this()), asio::detached);
    while (!gone_ && co_await PassOn(**subscription)) {
    }
  }

  // Sends what is new, or waits for it. False when the stream is over.
  Task<bool> PassOn(SseSubscription& subscription) {
    const bool ended = subscription.ended();
    const auto frames = subscription.Take();
    if (!frames.empty()) {
      std::vector<asio::const_buffer> buffers;
      buffers.reserve(frames.size());
      for (const auto& frame : frames) buffers.push_back(Bytes(*frame));
      co_return co_await WriteAll(std::move(buffers)) && !ended;
    }
    if (ended) co_return false;
    deadline_ = kNever;
    wake_timer_.expires_after(shared_.limits.heartbeat);
    auto [interrupted] = co_await wake_timer_.async_wait(kAwait);
    if (interrupted || gone_) co_return true;
    co_return co_await WriteAll(std::vector<asio::const_buffer>(1, Bytes(kHeartbeat)));
  }

  Task<bool> WriteAll(std::vector<asio::const_buffer> buffers) {
    Allow(shared_.limits.write_timeout);
    auto [error, count] = co_await asio::async_write(socket_, buffers, kAwait);
    co_return !error;
  }

  // Called from publishing threads: at most one wake-up is under way at a time.
  std::function<void()> MakeWake() {
    auto pending = std::make_shared<std::atomic<bool>>(false);
    return [io = shared_.io, weak = weak_from_this(), pending] {
      if (pending->exchange(true)) return;
      asio::post(io->get_executor(), [weak, pending] {
        pending->store(false);
        if (const auto self = weak.lock()) self->wake_timer_.cancel();
      });
    };
  }

  // A listener sends nothing more; a read that ends tells that it is gone.
  static Task<void> WatchForEnd(std::shared_ptr<Session> self) {
    std::array<char, 256> thrown_away;
    while (true) {
      auto [error, count] =
          co_await self->socket_.async_read_some(asio::buffer(thrown_away), kAwait);
      if (error) break;
    }
    self->gone_ = true;
    self->wake_timer_.cancel();
  }

  Socket socket_;
  Timer wake_timer_;
  const Side side_;
  Shared& shared_;
  beast::flat_buffer buffer_;
  base::Timestamp deadline_ = kNever;
  bool gone_ = false;
};

void LogEscaped(const std::exception_ptr& thrown) {
  if (thrown == nullptr) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    base::Log(base::LogLevel::kError, "http_connection_failed", {{"error", error.what()}});
  }
}

}  // namespace

class HttpWorker::Impl {
 public:
  Impl(std::string thread_name, const ServerLimits& limits, HttpWorkerDeps deps)
      : thread_name_(std::move(thread_name)),
        shared_(limits, deps),
        sweep_timer_(shared_.io->get_executor()) {}

  base::Status AddListener(int fd, Side side) {
    error_code error;
    auto acceptor = std::make_unique<Acceptor>(shared_.io->get_executor());
    acceptor->assign(asio::ip::tcp::v4(), fd, error);
    if (error)
      return base::Internal("http worker: can't use a listening socket: " + error.message());
    acceptor->non_blocking(true, error);
    asio::co_spawn(*shared_.io, Accept(*acceptor, side), LogEscaped);
    acceptors_.push_back(std::move(acceptor));
    return base::OkStatus();
  }

  void Start() {
    asio::co_spawn(*shared_.io, Sweep(), LogEscaped);
    thread_ = std::thread([this] {
      base::NameThisThread(thread_name_);
      shared_.io->run();
    });
  }

  void Stop() {
    if (!thread_.joinable()) return;
    asio::post(*shared_.io, [this] { CloseAll(); });
    thread_.join();
  }

 private:
  void CloseAll() {
    shared_.stopping = true;
    error_code ignored;
    for (const auto& acceptor : acceptors_) acceptor->close(ignored);
    sweep_timer_.cancel();
    for (Session* session : shared_.sessions) session->Close();
  }

  Task<void> Accept(Acceptor& acceptor, Side side) {
    Timer pause(shared_.io->get_executor());
    while (!shared_.stopping) {
      auto [error, socket] = co_await acceptor.async_accept(kAwait);
      if (shared_.stopping) co_return;
      if (error) {
        shared_.accept_errors.Add();
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(kAwait);
        continue;
      }
      if (shared_.deps.connections.load(std::memory_order_relaxed) >=
          shared_.limits.max_connections) {
        shared_.refused.Add();
        continue;  // the socket closes at the end of its scope
      }
      auto session = std::make_shared<Session>(std::move(socket), side, shared_);
      asio::co_spawn(*shared_.io, Session::Run(std::move(session)), LogEscaped);
    }
  }

  Task<void> Sweep() {
    while (!shared_.stopping) {
      sweep_timer_.expires_after(kSweepEvery);
      co_await sweep_timer_.async_wait(kAwait);
      if (shared_.stopping) co_return;
      const base::Timestamp now = shared_.deps.clock.Now();
      for (Session* session : shared_.sessions) {
        if (session->deadline() > now) continue;
        shared_.timeouts.Add();
        session->Close();
      }
      shared_.deps.feed.Flush();
    }
  }

  const std::string thread_name_;
  Shared shared_;
  Timer sweep_timer_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::thread thread_;
};

HttpWorker::HttpWorker(std::string thread_name, const ServerLimits& limits, HttpWorkerDeps deps)
    : impl_(std::make_unique<Impl>(std::move(thread_name), limits, deps)) {}

HttpWorker::~HttpWorker() { Stop(); }

base::Status HttpWorker::AddListener(int fd, Side side) { return impl_->AddListener(fd, side); }
void HttpWorker::Start() { impl_->Start(); }
void HttpWorker::Stop() { impl_->Stop(); }

}  // namespace distdiag::serve

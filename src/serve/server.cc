#include "serve/server.h"

#include "serve/dispatcher.h"
#include "serve/http_worker.h"
#include "serve/loopback_listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace distdiag::serve {

class Server::Impl {
 public:
  Impl(const ServerOptions& options, ServerDeps deps, LoopbackListener api, LoopbackListener ui)
      : feed_(deps.feed),
        dispatcher_(WithPorts(options, api, ui), deps),
        api_(std::move(api)),
        ui_(std::move(ui)) {
    for (int i = 0; i < std::max(1, options.threads); ++i) {
      workers_.push_back(std::make_unique<HttpWorker>(
          fmt::format("http-{}", i), options.limits,
          HttpWorkerDeps{dispatcher_, deps.feed, deps.clock, deps.metrics, connections_}));
    }
  }

  base::Status Start() {
    for (const auto& worker : workers_) {
      RETURN_IF_ERROR(Lend(api_, Side::kApi, *worker));
      RETURN_IF_ERROR(Lend(ui_, Side::kUi, *worker));
    }
    for (const auto& worker : workers_) worker->Start();
    return base::OkStatus();
  }

  void Stop() {
    feed_.hub().Close();
    for (const auto& worker : workers_) worker->Stop();
  }

  std::uint16_t api_port() const { return api_.port(); }
  std::uint16_t ui_port() const { return ui_.port(); }

 private:
  // Where any free port was asked for, the dispatcher must know which one it became.
  static ServerOptions WithPorts(ServerOptions options, const LoopbackListener& api,
                                 const LoopbackListener& ui) {
    options.api_port = api.port();
    options.ui_port = ui.port();
    return options;
  }
  static base::Status Lend(const LoopbackListener& listener, Side side, HttpWorker& worker) {
    const int fd = listener.Duplicate();
    if (fd < 0) return base::ResourceExhausted("no file descriptors left for the HTTP listeners");
    return worker.AddListener(fd, side);
  }

  LiveFeed& feed_;
  const Dispatcher dispatcher_;
  const LoopbackListener api_;
  const LoopbackListener ui_;
  std::atomic<std::size_t> connections_{0};
  std::vector<std::unique_ptr<HttpWorker>> workers_;
};

base::Result<std::unique_ptr<Server>> Server::New(const ServerOptions& options, ServerDeps deps) {
  ASSIGN_OR_RETURN(
      LoopbackListener api,
      LoopbackListener::Listen(options.api_address, options.api_port, "serve.api_address"));
  ASSIGN_OR_RETURN(
      LoopbackListener ui,
      LoopbackListener::Listen(options.ui_address, options.ui_port, "serve.ui_address"));
  return std::unique_ptr<Server>(
      new Server(std::make_unique<Impl>(options, deps, std::move(api), std::move(ui))));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { Stop(); }

base::Status Server::Start() { return impl_->Start(); }
void Server::Stop() { impl_->Stop(); }
std::uint16_t Server::api_port() const { return impl_->api_port(); }
std::uint16_t Server::ui_port() const { return impl_->ui_port(); }

}  // namespace distdiag::serve

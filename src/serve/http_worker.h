// One thread that accepts connections and serves them.
//
// Why so: each worker has its own io_context and its own copy of the listening sockets, so nothing but two counters is
// shared between workers; one sweeper per worker enforces all time limits (a timer per read costs twice the request).
// Thread: Start/Stop single (owner: Server). Cost: about 15 µs CPU a request beside the handler.
#pragma once

#include "base/status.h"
#include "serve/dispatcher.h"
#include "serve/server.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

namespace distdiag::serve {

struct HttpWorkerDeps {
  const Dispatcher& dispatcher;
  LiveFeed& feed;
  base::Clock& clock;
  base::SelfMetrics& metrics;
  std::atomic<std::size_t>& connections;  // of all workers, against ServerLimits::max_connections
};

class HttpWorker {
 public:
  HttpWorker(std::string thread_name, const ServerLimits& limits, HttpWorkerDeps deps);
  ~HttpWorker();  // stops
  HttpWorker(const HttpWorker&) = delete;
  HttpWorker& operator=(const HttpWorker&) = delete;

  // Takes over a listening socket. REQUIRES: before Start.
  base::Status AddListener(int fd, Side side);
  void Start();
  // Ends all connections and joins the thread. Idempotent.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace distdiag::serve

// The HTTP server: API on one port, pages (with the same API beside them) on another, both on loopback.
//
// Why so: Boost.Beast with C++20 coroutines, one io_context a thread; everything that knows Boost is in server.cc,
// http_worker.cc and the *_body.cc. There is no access control yet, therefore an address that others could reach is
// refused, a foreign Host header too (DNS rebinding), a POST must be application/json (cross-site forms) and pass
// CsrfGuard.
// Thread: Start/Stop single (owner: engine); handlers run on `threads` threads. Lifecycle: New → Start → Stop.
// Cost: about 15 µs CPU a request plus the handler; a connection about 10 KiB.
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "base/self_metrics.h"
#include "base/status.h"
#include "serve/csrf_guard.h"
#include "serve/detector_control.h"
#include "serve/drill_control.h"
#include "serve/live_feed.h"
#include "serve/series_reader.h"
#include "store/alarm_repository.h"
#include "store/delivery_repository.h"
#include "store/drill_repository.h"
#include "store/feedback_repository.h"
#include "store/incident_repository.h"
#include "store/note_repository.h"

#include <cstdint>
#include <memory>
#include <string>

namespace distdiag::serve {

struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;  // more: 431
  std::size_t body_bytes = 64 * 1024;    // more: 413
  std::size_t max_connections = 1024;    // more: closed at once, counted
  base::Duration request_timeout =
      std::chrono::seconds(15);  // from the first byte to the whole request
  base::Duration idle_timeout = std::chrono::seconds(75);   // between requests
  base::Duration write_timeout = std::chrono::seconds(30);  // a client that doesn't read
  base::Duration heartbeat = std::chrono::seconds(15);      // SSE comment
};

struct ServerOptions {
  std::string api_address = "127.0.0.1";
  std::uint16_t api_port = 18000;  // 0 = any free one, see Server::api_port()
  std::string ui_address = "127.0.0.1";
  std::uint16_t ui_port = 13000;
  std::string web_dir = "web/dist";  // index.html, assets/, docs/index.html; may be missing
  int threads = 2;
  std::string (*new_csrf_token)() = &NewCsrfToken;  // called once
  ServerLimits limits = {};
};

// All outlive the server and are safe to call from several threads.
struct ServerDeps {
  LiveFeed& feed;
  SeriesReader& series;
  store::AlarmRepository& alarms;
  store::IncidentRepository& incidents;
  store::NoteRepository& notes;
  store::FeedbackRepository& feedback;
  store::DeliveryRepository& deliveries;
  store::DrillRepository& drill_history;
  base::FileSystem& files;
  base::Clock& clock;
  base::SelfMetrics& metrics;
  DrillControl* drills = nullptr;        // nullptr: drills are not possible …
  std::string drills_reason = {};        // … and why, in a sentence
  DetectorControl* detectors = nullptr;  // nullptr: of no cluster (tests)
};

class Server {
 public:
  // Binds both ports; nothing is answered before Start().
  //   InvalidArgument     an address that is not loopback, or no address
  //   FailedPrecondition  a port is in use
  static base::Result<std::unique_ptr<Server>> New(const ServerOptions& options, ServerDeps deps);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // REQUIRES: called once.
  base::Status Start();
  // Ends all connections and joins the threads. Idempotent; also ends the feed's live listeners.
  void Stop();

  std::uint16_t api_port() const;
  std::uint16_t ui_port() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace distdiag::serve

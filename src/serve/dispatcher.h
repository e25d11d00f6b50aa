// From a request to a whole response: checks that hold for all, the route's handler, headers that hold for all.
//
// Why so: everything but bytes and sockets is here, so it is tested and measured without a network.
// Thread: safe. Cost: below 10 µs plus the handler; bodies of 32 KiB and more are compressed for those who ask (1 ms).
#pragma once

#include "base/self_metrics.h"
#include "serve/csrf_guard.h"
#include "serve/http_message.h"
#include "serve/router.h"
#include "serve/server.h"
#include "serve/static_files.h"

namespace distdiag::serve {

class Dispatcher {
 public:
  Dispatcher(const ServerOptions& options, ServerDeps deps);

  // Never throws: an exception of a handler is a bug, counted and answered with 500.
  Response Handle(const Request& request) const;

  const Router& router() const { return router_; }

 private:
  Response Route(const Request& request) const;
  Response Fallback(const Request& request, const RequestTarget& target,
                    const std::vector<Method>& allowed) const;

  const ServerDeps deps_;
  const StaticFiles pages_;
  const CsrfGuard csrf_;
  const Router router_;
  base::Counter& ok_;
  base::Counter& client_errors_;
  base::Counter& server_errors_;
  base::Counter& rejected_host_;
};

// localhost, 127.0.0.1 or [::1], with or without a port: another name is somebody's attempt to reach us through a
// browser (DNS rebinding).
bool IsLocalHostHeader(std::string_view host);

}  // namespace distdiag::serve

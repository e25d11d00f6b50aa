// base::HttpTransport on libcurl.
//
// Only http and https, redirects are not followed, certificates are checked, HttpRequest::max_body_bytes of an answer are kept.
// Error texts name scheme and host only, for path and query may hold secrets.
// Thread: safe (a connection a call). Cost: a TCP (and TLS) handshake a call.
#pragma once

#include "base/http_transport.h"

#include <memory>
#include <string>
#include <string_view>

namespace distdiag::notify {

// REQUIRES: called first while the process has one thread, or at least not from two threads at once.
std::unique_ptr<base::HttpTransport> NewCurlTransport();

// "https://hooks.example.com:8443/…": what may be shown of an address.
std::string RedactUrl(std::string_view url);

}  // namespace distdiag::notify

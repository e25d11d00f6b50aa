// A connection to a server that speaks the MySQL protocol (MariaDB, MySQL, OceanBase), with a hard time limit on every call.
//
// Why so: the one place that knows MariaDB Connector/C. Its non-blocking calls are driven by poll() against a deadline, so a
// server that hangs (SIGSTOP, full disk, cut link) costs the caller exactly its limit and no more. One statement a call.
// Thread: single (owner: the caller). Cost: one round trip a call plus one string a cell.
#pragma once

#include "base/clock.h"
#include "base/status.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::sql {

enum class TlsMode {
  kOff,
  kPreferred,  // encrypted when the server can
  kRequired,   // else refused
  kVerified,   // and the server's certificate is signed by `tls_ca_file` and names the host
};

struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 3306;
  std::string socket;  // path of a Unix socket; when given, host and port are not used
  std::string user;
  std::string password;  // never printed by this room
  std::string database;
  TlsMode tls = TlsMode::kPreferred;
  std::string tls_ca_file;
};

// "unix:/run/n1.sock" or "10.0.0.1:3306": for messages.
std::string EndpointName(const Endpoint& endpoint);

struct ResultSet {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  // nullopt = NULL
  std::uint64_t affected_rows = 0;                            // of a statement without rows
};

class Connection {
 public:
  // Connects and logs in within `limit`. The message names the endpoint, the server's error number and what to do:
  //   InvalidArgument     wrong user, password or database; TLS settings that can't be used
  //   FailedPrecondition  TLS asked for and refused by the server; host not allowed
  //   Unavailable         no answer, refused, time-out, too many connections (1040), a name that can't be resolved
  // One case may outlast `limit`: kVerified with a host name whose name server dies between two look-ups (the library looks
  // the name up again, for it must know it). Numeric addresses and the other modes are not concerned.
  static base::Result<std::unique_ptr<Connection>> Open(const Endpoint& endpoint,
                                                        base::Duration limit, base::Clock& clock);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Unavailable: time-out or lost connection; the connection is then broken() and must be thrown away. Otherwise the
  // server's error (last_error()), InvalidArgument; the connection can go on.
  base::Result<ResultSet> Query(std::string_view statement, base::Duration limit);

  bool broken() const;
  unsigned last_error() const;  // server's or client's error number of the last call, 0 = none
  const std::string& server_version() const;  // "10.11.6-MariaDB-log"
  std::uint64_t thread_id() const;

 private:
  class Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// 'text' with quotes, for building statements from outside strings.
std::string Quoted(std::string_view text);

}  // namespace distdiag::sql

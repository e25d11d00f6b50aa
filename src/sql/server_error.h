// From an error number of a server or of the client library to a Status that a person can act on.
//
// Why so: one table says what each number means for us, whether trying again can help, and what to do; pure, so that it is
// tested without a server.
// Thread: const-safe.
#pragma once

#include "base/status.h"
#include "sql/connection.h"

#include <string>
#include <string_view>

namespace distdiag::sql {

struct ServerError {
  unsigned number = 0;  // server 1000…1999 and 3000…; client library 2000…2999 and 5000…5026
  std::string text;     // as the server or the library says it
};

// Failure of connecting and logging in, as Connection::Open promises it.
base::Status ConnectFailure(const Endpoint& endpoint, const ServerError& error);
// The log-in went without encryption though it was asked for.
base::Status TlsNotOffered(const Endpoint& endpoint);
// Failure of a statement, as Connection::Query promises it.
base::Status QueryFailure(const Endpoint& endpoint, const ServerError& error);
// True where the server or the library has ended the connection.
bool EndsConnection(unsigned number);

}  // namespace distdiag::sql

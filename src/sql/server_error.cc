#include "sql/server_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace distdiag::sql {
namespace {

using base::StatusCode;

struct Meaning {
  unsigned number;
  StatusCode code;
  std::string_view advice;  // completes "…; ": {user}, {database} stand for the endpoint's
};

// Numbers: MariaDB and MySQL server error reference, errmsg.h of the client library.
constexpr auto kConnectMeanings = std::to_array<Meaning>({
    {1040, StatusCode::kUnavailable,
     "all connections of the server are in use: end idle clients or raise max_connections"},
    {1203, StatusCode::kUnavailable,
     "the account has no connection left: raise max_user_connections for '{user}'"},
    {1226, StatusCode::kUnavailable,
     "the account has reached a resource limit: raise its MAX_USER_CONNECTIONS or "
     "MAX_CONNECTIONS_PER_HOUR"},
    {1044, StatusCode::kInvalidArgument,
     "user '{user}' may not use database '{database}': grant it, or leave the database out"},
    {1045, StatusCode::kInvalidArgument,
     "expected the server to accept user '{user}': check user and password, and that the account "
     "exists for the host that the server names here"},
    {1698, StatusCode::kInvalidArgument,
     "the account logs in by another way than a password: give '{user}' a password, or use "
     "another account"},
    {1049, StatusCode::kInvalidArgument,
     "database '{database}' is not there: check its name, or leave it out"},
    {1820, StatusCode::kInvalidArgument, "the password of '{user}' has expired: set a new one"},
    {1862, StatusCode::kInvalidArgument, "the password of '{user}' has expired: set a new one"},
    {3118, StatusCode::kInvalidArgument, "the account is locked: ALTER USER … ACCOUNT UNLOCK"},
    {4151, StatusCode::kInvalidArgument, "the account is locked: ALTER USER … ACCOUNT UNLOCK"},
    {1129, StatusCode::kFailedPrecondition,
     "the server has blocked our host after failed connections: run FLUSH HOSTS on it"},
    {1130, StatusCode::kFailedPrecondition,
     "the server accepts no account from our host: create '{user}' for this host, and look at "
     "bind-address"},
    {1251, StatusCode::kFailedPrecondition,
     "the account's way of logging in is not known here: use mysql_native_password, ed25519 or "
     "caching_sha2_password"},
    {2059, StatusCode::kFailedPrecondition,
     "the account's way of logging in is not known here: use mysql_native_password, ed25519 or "
     "caching_sha2_password"},
    {2061, StatusCode::kFailedPrecondition,
     "logging in needs an encrypted connection: set tls to preferred or required"},
    {3159, StatusCode::kFailedPrecondition,
     "the server takes encrypted connections only: set tls to preferred or required"},
    {2026, StatusCode::kFailedPrecondition,
     "expected an encrypted connection: check that the server offers TLS, tls_ca_file and the "
     "host name in the server's certificate, or change tls"},
    {1053, StatusCode::kUnavailable, "the server is shutting down"},
    {1927, StatusCode::kUnavailable, "the server ended the connection"},
    {2002, StatusCode::kUnavailable,
     "expected a server that listens there: check that it runs, and host, port or socket"},
    {2003, StatusCode::kUnavailable,
     "expected a server that listens there: check that it runs, and host, port and firewall"},
    {2005, StatusCode::kUnavailable, "the host name can't be resolved"},
    {2006, StatusCode::kUnavailable, "the server closed the connection"},
    {2012, StatusCode::kUnavailable, "expected a server of the MySQL protocol at this address"},
    {2013, StatusCode::kUnavailable,
     "the server closed the connection while we logged in: look at its error log; it may be "
     "starting or ending"},
});

// Ends of a connection that carry a number of the server: shutdown, killed, aborted while writing.
constexpr auto kEndingNumbers = std::to_array<unsigned>(
    {1053, 1077, 1078, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3169, 4031});

// OceanBase: the statement, not the connection, ran into a limit; trying again can help.
constexpr unsigned kStatementTimeout = 4012;
constexpr unsigned kTenantOutOfMemory = 4013;
constexpr unsigned kTenantMemoryLimit = 4030;
// Of the client library beyond the classic range: errmsg.h CER_MIN_ERROR to CR_MARIADB_LAST_ERROR. OceanBase has server errors above.
constexpr unsigned kFirstOfMariadb = 5000;
constexpr unsigned kLastOfMariadb = 5026;

std::string Filled(std::string_view advice, const Endpoint& endpoint) {
  std::string text(advice);
  const auto replace = [&text](std::string_view mark, const std::string& value) {
    if (const auto at = text.find(mark); at != std::string::npos)
      text.replace(at, mark.size(), value);
  };
  replace("{user}", endpoint.user);
  replace("{database}", endpoint.database);
  return text;
}

}  // namespace

base::Status ConnectFailure(const Endpoint& endpoint, const ServerError& error) {
  const auto* meaning = std::find_if(kConnectMeanings.begin(), kConnectMeanings.end(),
                                     [&](const Meaning& m) { return m.number == error.number; });
  if (meaning == kConnectMeanings.end()) {
    // Not known: may be passing, so it is worth another try.
    return base::Unavailable(
        fmt::format("{}: error {}: {}", EndpointName(endpoint), error.number, error.text));
  }
  return {meaning->code, fmt::format("{}: error {}: {}; {}", EndpointName(endpoint), error.number,
                                     error.text, Filled(meaning->advice, endpoint))};
}

base::Status TlsNotOffered(const Endpoint& endpoint) {
  return base::FailedPrecondition(fmt::format(
      "{}: tls is required, but the server does not offer it: give the server a certificate "
      "(ssl_cert, ssl_key), or set tls to preferred or off",
      EndpointName(endpoint)));
}

base::Status QueryFailure(const Endpoint& endpoint, const ServerError& error) {
  std::string message =
      fmt::format("{}: error {}: {}", EndpointName(endpoint), error.number, error.text);
  switch (error.number) {
    case kStatementTimeout:
    case kTenantOutOfMemory:
    case kTenantMemoryLimit: return base::Unavailable(std::move(message));
    default: break;
  }
  if (EndsConnection(error.number)) return base::Unavailable(std::move(message));
  return base::InvalidArgument(std::move(message));
}

bool EndsConnection(unsigned number) {
  if (number >= 2000 && number < 3000) return true;  // of the library: never the statement's fault
  if (number >= kFirstOfMariadb && number <= kLastOfMariadb) return true;
  return std::find(kEndingNumbers.begin(), kEndingNumbers.end(), number) != kEndingNumbers.end();
}

}  // namespace distdiag::sql

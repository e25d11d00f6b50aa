// Status and Result<T>: how anything that can fail outside our code reports it.
//
// Why so: exceptions do not cross rooms, and g++ 12 in C++20 mode has no std::expected, so Result<T> is tl::expected.
// A message is for a person: it says what was expected and what was found, with file, line or key, on one line.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace distdiag::base {

enum class StatusCode {
  kOk,
  kInvalidArgument,  // the input is wrong; the same input fails again
  kNotFound,         // a file, key or entity is not there
  kFailedPrecondition,  // right input, wrong state: port in use, newer database file, model of another schema
  kUnavailable,        // an outside system did not answer; may be tried again
  kResourceExhausted,  // disk full, quota
  kDataLoss,           // truncated or corrupt bytes
  kCancelled,          // stopped on request
  kInternal,           // a bug in DistDiag
};

// "invalid_argument" and so on: the same word in log, metric label and API.
std::string_view StatusCodeName(StatusCode code);

// Thread: value.
class [[nodiscard]] Status {
 public:
  Status() = default;  // ok
  // Line breaks and other control characters of `message` (it may quote outside bytes) become blanks.
  Status(StatusCode code, std::string message);

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }
  // True where the same call may succeed later without anybody changing the input.
  bool retryable() const {
    return code_ == StatusCode::kUnavailable || code_ == StatusCode::kResourceExhausted;
  }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

inline Status OkStatus() { return {}; }
Status InvalidArgument(std::string message);
Status NotFound(std::string message);
Status FailedPrecondition(std::string message);
Status Unavailable(std::string message);
Status ResourceExhausted(std::string message);
Status DataLoss(std::string message);
Status Cancelled(std::string message);
Status Internal(std::string message);

template <typename T>
using Result = tl::expected<T, Status>;

// The failure branch of a Result<T>: `return Fail(InvalidArgument("…"));`
inline tl::unexpected<Status> Fail(Status status) {
  return tl::unexpected<Status>(std::move(status));
}

}  // namespace distdiag::base

#define DISTDIAG_CONCAT_INNER(a, b) a##b
#define DISTDIAG_CONCAT(a, b) DISTDIAG_CONCAT_INNER(a, b)

// In a function returning Status: leaves it with the failure of `expression`.
#define RETURN_IF_ERROR(expression)                                                     \
  do {                                                                                  \
    if (::distdiag::base::Status status_ = (expression); !status_.ok()) return status_; \
  } while (false)

// In a function returning Result<T>: leaves it with the failure of a Status expression.
#define RETURN_FAIL_IF_ERROR(expression)                                \
  do {                                                                  \
    if (::distdiag::base::Status status_ = (expression); !status_.ok()) \
      return ::distdiag::base::Fail(std::move(status_));                \
  } while (false)

// In a function returning Result<U>: `ASSIGN_OR_RETURN(auto x, MakeX());`
#define ASSIGN_OR_RETURN(lhs, expression) \
  ASSIGN_OR_RETURN_IMPL(DISTDIAG_CONCAT(result_, __LINE__), lhs, expression)
#define ASSIGN_OR_RETURN_IMPL(result, lhs, expression)                   \
  auto result = (expression);                                            \
  if (!result) return ::distdiag::base::Fail(std::move(result).error()); \
  lhs = std::move(result).value()

// In a function returning Status: `ASSIGN_OR_RETURN_STATUS(auto x, MakeX());`
#define ASSIGN_OR_RETURN_STATUS(lhs, expression) \
  ASSIGN_OR_RETURN_STATUS_IMPL(DISTDIAG_CONCAT(result_, __LINE__), lhs, expression)
#define ASSIGN_OR_RETURN_STATUS_IMPL(result, lhs, expression) \
  auto result = (expression);                                 \
  if (!result) return std::move(result).error();              \
  lhs = std::move(result).value()

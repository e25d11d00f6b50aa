#include "serve/http_message.h"

#include "base/json_writer.h"
#include "base/logging.h"

#include <fmt/format.h>

namespace distdiag::serve {

Response JsonResponse(std::string json, int status) {
  Response response;
  response.status = status;
  response.body = std::make_shared<const std::string>(std::move(json));
  return response;
}

Response TextResponse(std::string text, int status) {
  Response response = JsonResponse(std::move(text), status);
  response.content_type = "text/plain; charset=utf-8";
  return response;
}

Response ProblemResponse(int status, std::string_view code, std::string_view detail) {
  base::JsonWriter json;
  json.BeginObject()
      .Field("type", fmt::format("urn:distdiag:problem:{}", code))
      .Field("title", ReasonPhrase(status));
  json.Field("status", status).Field("detail", detail).EndObject();
  Response response = JsonResponse(json.Take(), status);
  response.content_type = "application/problem+json";
  return response;
}

Response ProblemResponse(const base::Status& status) {
  using base::StatusCode;
  const std::string_view code = base::StatusCodeName(status.code());
  switch (status.code()) {
    case StatusCode::kInvalidArgument: return ProblemResponse(400, code, status.message());
    case StatusCode::kNotFound: return ProblemResponse(404, code, status.message());
    case StatusCode::kFailedPrecondition: return ProblemResponse(409, code, status.message());
    case StatusCode::kUnavailable:
    case StatusCode::kResourceExhausted:
    case StatusCode::kCancelled: return ProblemResponse(503, code, status.message());
    case StatusCode::kOk:
    case StatusCode::kDataLoss:
    case StatusCode::kInternal: break;
  }
  base::Log(base::LogLevel::kError, "request_failed",
            {{"code", code}, {"error", status.message()}});
  return ProblemResponse(500, code, "DistDiag failed to answer; its log says why");
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 421: return "Misdirected Request";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
  }
  return "Unknown";
}

}  // namespace distdiag::serve

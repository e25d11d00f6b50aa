#include "notify/channels/webhook/webhook_channel.h"

#include "notify/curl_transport.h"

#include <fmt/format.h>

namespace distdiag::notify {
namespace {

bool MayWorkLater(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

}  // namespace

base::Status WebhookChannel::Send(const domain::Delivery& delivery) {
  base::HttpRequest request;
  request.url = options_.url;
  request.headers = options_.headers;
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("Idempotency-Key", IdempotencyKey(delivery));
  request.body = delivery.payload;
  request.timeout = options_.timeout;
  const base::Result<base::HttpResponse> response = transport_.Send(request);
  if (!response) return response.error();
  const int status = response->status;
  if (status >= 200 && status < 300) return base::OkStatus();
  const std::string text =
      fmt::format("{}: expected status 2xx, found {}", RedactUrl(options_.url), status);
  return MayWorkLater(status) ? base::Unavailable(text) : base::FailedPrecondition(text);
}

}  // namespace distdiag::notify

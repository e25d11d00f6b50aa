// POSTs the payload to an HTTP(S) address of the user.
//
// 2xx = delivered; 408, 425, 429 and 5xx may be tried again; any other answer is final. The address may hold a secret:
// it never goes into a log line or an error text.
// Thread: safe.
#pragma once

#include "base/http_transport.h"
#include "notify/channel.h"

#include <string>
#include <utility>
#include <vector>

namespace distdiag::notify {

struct WebhookOptions {
  std::string name;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // for example Authorization
  base::Duration timeout = std::chrono::seconds(10);
};

class WebhookChannel final : public Channel {
 public:
  // `transport` outlives the channel.
  WebhookChannel(WebhookOptions options, base::HttpTransport& transport)
      : options_(std::move(options)), transport_(transport) {}

  const std::string& name() const override { return options_.name; }
  base::Status Send(const domain::Delivery& delivery) override;

 private:
  const WebhookOptions options_;
  base::HttpTransport& transport_;
};

}  // namespace distdiag::notify

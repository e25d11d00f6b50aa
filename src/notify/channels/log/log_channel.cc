#include "notify/channels/log/log_channel.h"

#include "base/logging.h"

#include <boost/json.hpp>

namespace distdiag::notify {
namespace {

// What a person should read: the message's text on one line. A payload of another form is shown as it is.
std::string ReadableText(const std::string& payload) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(payload, error);
  const boost::json::object* object = error ? nullptr : value.if_object();
  const boost::json::value* text = object == nullptr ? nullptr : object->if_contains("text");
  if (text == nullptr || !text->is_string()) return payload;
  std::string line;
  for (const char c : text->get_string())
    line += c == '\n' ? std::string(" | ") : std::string(1, c);
  return line;
}

}  // namespace

base::Status LogChannel::Send(const domain::Delivery& delivery) {
  base::Log(base::LogLevel::kInfo, "notification",
            {{"channel", name_},
             {"incident", delivery.incident_id},
             {"change", delivery.event},
             {"key", IdempotencyKey(delivery)},
             {"text", ReadableText(delivery.payload)}});
  return base::OkStatus();
}

}  // namespace distdiag::notify

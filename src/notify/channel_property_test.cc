// What every channel promises, checked for all of them; a new channel adds a row to Channels().
#include "notify/channel.h"
#include "notify/channels/log/log_channel.h"
#include "notify/channels/webhook/webhook_channel.h"
#include "notify/curl_transport.h"
#include "notify/test_fixture.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>

namespace distdiag::notify {
namespace {

constexpr const char* kSecretUrl =
    "https://user:pw@hooks.example.com:8443/services/T0/SECRET?token=SECRET";

struct ChannelUnderTest {
  const char* label;
  std::function<std::unique_ptr<Channel>(FakeTransport&)> make;
  bool uses_network;
};

std::vector<ChannelUnderTest> Channels() {
  return {
      {"webhook",
       [](FakeTransport& transport) -> std::unique_ptr<Channel> {
         return std::make_unique<WebhookChannel>(
             WebhookOptions{
                 .name = "it", .url = kSecretUrl, .headers = {{"Authorization", "Bearer SECRET"}}},
             transport);
       },
       true},
      {"log",
       [](FakeTransport&) -> std::unique_ptr<Channel> {
         return std::make_unique<LogChannel>("it");
       },
       false},
  };
}

class ChannelPropertyTest : public testing::TestWithParam<ChannelUnderTest> {
 protected:
  FakeTransport transport_;
  std::unique_ptr<Channel> channel_ = GetParam().make(transport_);
};

TEST_P(ChannelPropertyTest, HasItsConfiguredName) { EXPECT_EQ(channel_->name(), "it"); }

TEST_P(ChannelPropertyTest, TakesAnyPayloadAndTheSameOneTwice) {
  for (const std::string& payload : {std::string("{}"), std::string(1 << 20, 'x'),
                                     std::string("\n\r\0\xff", 4), std::string()}) {
    domain::Delivery delivery = SampleDelivery(1, "it");
    delivery.payload = payload;
    EXPECT_TRUE(channel_->Send(delivery).ok());
    EXPECT_TRUE(channel_->Send(delivery).ok());
  }
}

TEST_P(ChannelPropertyTest, FailuresSayWhetherToTryAgainAndKeepSecrets) {
  if (!GetParam().uses_network) return;
  const struct {
    const char* name;
    base::Result<base::HttpResponse> answer;
    bool ok;
    bool retryable;
  } rows[] = {
      {"200", base::HttpResponse{.status = 200, .body = {}}, true, false},
      {"204", base::HttpResponse{.status = 204, .body = {}}, true, false},
      {"a redirect is not followed", base::HttpResponse{.status = 302, .body = {}}, false, false},
      {"bad request", base::HttpResponse{.status = 400, .body = "SECRET"}, false, false},
      {"gone", base::HttpResponse{.status = 410, .body = {}}, false, false},
      {"slow down", base::HttpResponse{.status = 429, .body = {}}, false, true},
      {"server error", base::HttpResponse{.status = 500, .body = {}}, false, true},
      {"bad gateway", base::HttpResponse{.status = 502, .body = {}}, false, true},
      {"no answer", base::Fail(base::Unavailable("time-out")), false, true},
      {"wrong address", base::Fail(base::InvalidArgument("no such scheme")), false, false},
  };
  for (const auto& row : rows) {
    transport_.Answer(row.answer);
    const base::Status status = channel_->Send(SampleDelivery(1, "it"));
    EXPECT_EQ(status.ok(), row.ok) << row.name;
    EXPECT_EQ(status.retryable(), row.retryable) << row.name;
    for (const char* secret : {"SECRET", "pw", "services"}) {
      EXPECT_EQ(status.message().find(secret), std::string::npos)
          << row.name << ": " << status.message();
    }
  }
}

TEST_P(ChannelPropertyTest, TheReceiverCanTellARepetition) {
  if (!GetParam().uses_network) return;
  EXPECT_TRUE(channel_->Send(SampleDelivery(1, "it")).ok());
  EXPECT_TRUE(channel_->Send(SampleDelivery(1, "it")).ok());
  EXPECT_TRUE(channel_->Send(SampleDelivery(2, "it")).ok());
  std::vector<std::string> keys;
  for (const base::HttpRequest& request : transport_.requests()) {
    for (const auto& [name, value] : request.headers) {
      if (name == "Idempotency-Key") keys.push_back(value);
    }
  }
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0], keys[1]);
  EXPECT_NE(keys[0], keys[2]);
}

INSTANTIATE_TEST_SUITE_P(All, ChannelPropertyTest, testing::ValuesIn(Channels()),
                         [](const auto& tested) { return std::string(tested.param.label); });

TEST(IdempotencyKeyTest, DiffersByDeliveryChannelAndPayload) {
  std::set<std::string> keys;
  domain::Delivery delivery = SampleDelivery(1, "a");
  keys.insert(IdempotencyKey(delivery));
  delivery.attempts = 5;  // not part of it
  EXPECT_EQ(IdempotencyKey(delivery), *keys.begin());
  delivery.id = 2;
  keys.insert(IdempotencyKey(delivery));
  delivery.channel = "b";
  keys.insert(IdempotencyKey(delivery));
  delivery.payload = "{\"other\":1}";
  keys.insert(IdempotencyKey(delivery));
  EXPECT_EQ(keys.size(), 4U);
}

TEST(RedactUrlTest, ShowsSchemeAndHostOnly) {
  const struct {
    const char* url;
    const char* shown;
  } rows[] = {
      {kSecretUrl, "https://hooks.example.com:8443/…"},
      {"http://localhost:9", "http://localhost:9"},
      {"http://localhost:9/", "http://localhost:9"},
      {"http://h?token=x", "http://h/…"},
      {"http://[::1]:80/a", "http://[::1]:80/…"},
      {"secret-without-scheme", "(an address without a scheme)"},
      {"", "(an address without a scheme)"},
  };
  for (const auto& row : rows) EXPECT_EQ(RedactUrl(row.url), row.shown) << row.url;
}

}  // namespace
}  // namespace distdiag::notify

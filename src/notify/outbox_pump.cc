#include "notify/outbox_pump.h"

#include "base/logging.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace distdiag::notify {
namespace {

// Heads of line (incidents) a round: so many that a dead channel can not crowd out the others.
constexpr int kBatch = 1000;
// How often Run looks whether it was woken, and how often it asks the outbox without being woken.
constexpr base::Duration kWakePoll = std::chrono::milliseconds(100);
constexpr base::Duration kIdlePoll = std::chrono::seconds(5);
constexpr std::size_t kErrorTextLimit = 300;

std::string OneLine(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\r', ' ');
  if (text.size() > kErrorTextLimit) text.resize(kErrorTextLimit);
  return text;
}

}  // namespace

base::Duration BackoffAfter(int attempts, const RetryPolicy& policy) {
  base::Duration delay = policy.first_delay;
  for (int i = 1; i < attempts && delay < policy.max_delay; ++i) delay *= 2;
  return std::min(delay, policy.max_delay);
}

domain::Delivery AfterAttempt(domain::Delivery delivery, const base::Status& outcome,
                              base::Timestamp now, const RetryPolicy& policy) {
  ++delivery.attempts;
  if (outcome.ok()) {
    delivery.state = domain::DeliveryState::kDelivered;
    return delivery;
  }
  delivery.last_error = OneLine(outcome.message());
  if (outcome.retryable() && delivery.attempts < policy.max_attempts) {
    delivery.next_attempt = now + BackoffAfter(delivery.attempts, policy);
  } else {
    delivery.state = domain::DeliveryState::kFailed;
  }
  return delivery;
}

OutboxPump::OutboxPump(Outbox& outbox, std::vector<std::unique_ptr<Channel>> channels,
                       base::Clock& clock, base::SelfMetrics& metrics, RetryPolicy policy)
    : outbox_(outbox),
      channels_(std::move(channels)),
      clock_(clock),
      policy_(policy),
      sent_(metrics.GetCounter("distdiag_notifications_sent_total",
                               "Notifications that a receiver has taken")),
      retried_(metrics.GetCounter("distdiag_notifications_retried_total",
                                  "Attempts to notify that failed and will be repeated")),
      failed_(metrics.GetCounter("distdiag_notifications_failed_total", "Notifications given up")),
      outbox_errors_(metrics.GetCounter("distdiag_notifications_outbox_errors_total",
                                        "Times the outbox could not be read or written")) {}

Channel* OutboxPump::FindChannel(const std::string& name) const {
  for (const auto& channel : channels_) {
    if (channel->name() == name) return channel.get();
  }
  return nullptr;
}

std::vector<std::string> OutboxPump::channel_names() const {
  std::vector<std::string> names;
  for (const auto& channel : channels_) names.push_back(channel->name());
  return names;
}

base::Status OutboxPump::Attempt(domain::Delivery delivery, Channel* channel,
                                 bool& channel_failed) {
  const base::Status outcome = channel != nullptr
                                   ? channel->Send(delivery)
                                   : base::FailedPrecondition(fmt::format(
                                         "channel {} is no longer configured", delivery.channel));
  delivery = AfterAttempt(std::move(delivery), outcome, clock_.Now(), policy_);
  channel_failed = !outcome.ok() && outcome.retryable();
  switch (delivery.state) {
    case domain::DeliveryState::kDelivered: sent_.Add(); break;
    case domain::DeliveryState::kPending: retried_.Add(); break;
    case domain::DeliveryState::kFailed: failed_.Add(); break;
  }
  if (!outcome.ok()) {
    base::Log(base::LogLevel::kWarning, "notification_not_sent",
              {{"channel", delivery.channel},
               {"incident", delivery.incident_id},
               {"attempts", delivery.attempts},
               {"state", domain::DeliveryStateName(delivery.state)},
               {"error", delivery.last_error}});
  }
  return outbox_.Record(delivery);
}

base::Result<std::optional<base::Timestamp>> OutboxPump::PumpOnce() {
  std::set<std::string> left_alone;
  bool progress = true;
  // Again while something was sent: what stood behind it (of the same incident and channel) has become due.
  while (progress) {
    progress = false;
    ASSIGN_OR_RETURN(const std::vector<domain::Delivery> due,
                     outbox_.TakeDue(clock_.Now(), kBatch));
    for (const domain::Delivery& delivery : due) {
      if (left_alone.contains(delivery.channel)) continue;
      bool channel_failed = false;
      RETURN_FAIL_IF_ERROR(Attempt(delivery, FindChannel(delivery.channel), channel_failed));
      if (channel_failed) {
        left_alone.insert(delivery.channel);
      } else {
        progress = true;
      }
    }
  }
  return outbox_.NextDue();
}

void OutboxPump::Run(base::StopSignal& stop) {
  base::Timestamp ask_at = clock_.Now();
  while (!stop.requested()) {
    const base::Timestamp now = clock_.Now();
    if (wake_.exchange(false, std::memory_order_acq_rel) || now >= ask_at) {
      const auto next = PumpOnce();
      ask_at = clock_.Now() + kIdlePoll;
      if (!next) {
        outbox_errors_.Add();
        base::Log(base::LogLevel::kError, "outbox_failed", {{"error", next.error().message()}});
      } else if (*next) {
        // A channel left alone has deliveries that are due already: not at once again.
        ask_at = std::min(ask_at, std::max(**next, clock_.Now() + policy_.first_delay));
      }
    }
    clock_.SleepUntil(std::min(ask_at, clock_.Now() + kWakePoll), stop);
  }
}

}  // namespace distdiag::notify

// Sends what is in the outbox: takes what is due, tries it, and writes down what became of it.
//
// Why so: the outbox is durable and the pump has no state of its own, so a restart loses nothing; a delivery may be
// sent twice (crash between sending and writing down), never not at all.
// Thread: single (owner: the thread in Run), but Wake() is safe. Owner: engine.
#pragma once

#include "base/clock.h"
#include "base/self_metrics.h"
#include "base/status.h"
#include "domain/delivery.h"
#include "notify/channel.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::notify {

// The pump's view of the durable outbox; engine adapts store::DeliveryRepository to it. Thread: safe.
class Outbox {
 public:
  virtual ~Outbox() = default;
  // Pending and due, oldest first; nothing behind an older pending one of the same incident and channel.
  virtual base::Result<std::vector<domain::Delivery>> TakeDue(base::Timestamp now, int limit) = 0;
  virtual base::Result<std::optional<base::Timestamp>> NextDue() = 0;
  virtual base::Status Record(const domain::Delivery& delivery) = 0;
};

struct RetryPolicy {
  base::Duration first_delay = std::chrono::seconds(1);
  base::Duration max_delay = std::chrono::minutes(5);
  int max_attempts = 15;  // 1 s, 2 s, 4 s … 5 min: about half an hour in all
};

// What to wait after the attempt number `attempts` (1 = first) has failed: first_delay doubled each time, at most
// max_delay. Without jitter: one process sends to few receivers, and a schedule can be read from the log.
base::Duration BackoffAfter(int attempts, const RetryPolicy& policy);

// Pure: the delivery after an attempt that ended with `outcome` at `now`.
domain::Delivery AfterAttempt(domain::Delivery delivery, const base::Status& outcome,
                              base::Timestamp now, const RetryPolicy& policy);

class OutboxPump {
 public:
  // `outbox`, `clock` and `metrics` outlive the pump.
  OutboxPump(Outbox& outbox, std::vector<std::unique_ptr<Channel>> channels, base::Clock& clock,
             base::SelfMetrics& metrics, RetryPolicy policy = {});

  // Tries everything that is due now, once; a channel that failed in this round is left alone until the next. Gives the
  // time of the next due delivery. Fails only when the outbox does.
  base::Result<std::optional<base::Timestamp>> PumpOnce();
  // Until stop is requested. New deliveries are seen at once after Wake(), else within `kIdlePoll`.
  void Run(base::StopSignal& stop);
  void Wake() { wake_.store(true, std::memory_order_release); }

  // Names of the channels, for enqueueing one delivery each.
  std::vector<std::string> channel_names() const;

 private:
  base::Status Attempt(domain::Delivery delivery, Channel* channel, bool& channel_failed);
  Channel* FindChannel(const std::string& name) const;

  Outbox& outbox_;
  const std::vector<std::unique_ptr<Channel>> channels_;
  base::Clock& clock_;
  const RetryPolicy policy_;
  base::Counter& sent_;
  base::Counter& retried_;
  base::Counter& failed_;
  base::Counter& outbox_errors_;
  std::atomic<bool> wake_{true};
};

}  // namespace distdiag::notify

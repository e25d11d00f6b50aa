// Hands each live event to all connected listeners and keeps the recent ones for those that come back.
//
// Why so: a listener that can't keep up is cut (and counted) instead of growing in memory; it comes back by itself with
// Last-Event-ID and gets what it missed, or `reset` when that is no longer kept.
// An id is "<epoch>-<number>": numbers grow by one; the epoch tells this run of the process from an earlier one.
// Thread: safe. Owner: engine (through LiveFeed). Cost: Publish is O(listeners), one shared copy of the text.
#pragma once

#include "base/mutex.h"
#include "base/self_metrics.h"
#include "base/status.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::serve {

struct SseOptions {
  std::size_t ring_events = 1024;
  std::size_t ring_bytes = std::size_t{4} << 20;
  std::size_t client_events = 256;                  // more unsent events than this, or
  std::size_t client_bytes = std::size_t{1} << 20;  // more unsent bytes: the listener is cut
  std::size_t max_clients = 256;
};

// The number in an id of this epoch; nullopt for another epoch and for anything else.
std::optional<std::uint64_t> ParseEventId(std::string_view id, std::uint64_t epoch);

class SseHub;

// One listener. Thread: single (owner: its connection). Unsubscribes at its end.
class SseSubscription {
 public:
  ~SseSubscription();
  SseSubscription(const SseSubscription&) = delete;
  SseSubscription& operator=(const SseSubscription&) = delete;

  // Frames to send, oldest first; empty when there is nothing new.
  std::vector<std::shared_ptr<const std::string>> Take();
  // True after the listener was cut (too slow) or the hub was closed; what Take() gives then may be incomplete.
  bool ended() const;

 private:
  friend class SseHub;
  struct State;
  SseSubscription(SseHub& hub, std::shared_ptr<State> state)
      : hub_(hub), state_(std::move(state)) {}
  SseHub& hub_;
  const std::shared_ptr<State> state_;
};

class SseHub {
 public:
  // `epoch`: different for each run of the process (start time in ms).
  SseHub(SseOptions options, std::uint64_t epoch, base::SelfMetrics& metrics);
  ~SseHub();
  SseHub(const SseHub&) = delete;
  SseHub& operator=(const SseHub&) = delete;

  // `event`: name without line breaks; `data_json`: one line.
  void Publish(std::string_view event, std::string_view data_json) LOCKS_EXCLUDED(mutex_);

  // `last_event_id`: empty = only what comes from now on. `wake` is called, from the publishing thread and without a
  // lock held, whenever there is something new; it must be cheap. Unavailable when max_clients are connected.
  base::Result<std::unique_ptr<SseSubscription>> Subscribe(std::string_view last_event_id,
                                                           std::function<void()> wake)
      LOCKS_EXCLUDED(mutex_);

  // Ends all subscriptions and refuses new ones. Idempotent.
  void Close() LOCKS_EXCLUDED(mutex_);
  std::size_t client_count() const LOCKS_EXCLUDED(mutex_);

 private:
  friend class SseSubscription;
  struct Kept {
    std::uint64_t number;
    std::shared_ptr<const std::string> frame;
  };
  using StatePtr = std::shared_ptr<SseSubscription::State>;
  void Unsubscribe(const StatePtr& state) LOCKS_EXCLUDED(mutex_);
  void Keep(std::shared_ptr<const std::string> frame) LOCKS_REQUIRED(mutex_);
  bool Replay(std::string_view last_event_id, SseSubscription::State& state) LOCKS_REQUIRED(mutex_);
  bool Offer(SseSubscription::State& state, const std::shared_ptr<const std::string>& frame)
      LOCKS_REQUIRED(mutex_);
  std::shared_ptr<const std::string> ResetFrame() const LOCKS_REQUIRED(mutex_);

  const SseOptions options_;
  const std::uint64_t epoch_;
  base::Counter& published_;
  base::Counter& cut_;
  base::Counter& refused_;
  base::Counter& resets_;
  base::Gauge& clients_gauge_;

  mutable base::Mutex mutex_;
  std::uint64_t last_number_ GUARDED_BY(mutex_) = 0;
  std::deque<Kept> ring_ GUARDED_BY(mutex_);
  std::size_t ring_bytes_ GUARDED_BY(mutex_) = 0;
  std::vector<StatePtr> clients_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace distdiag::serve

#include "serve/sse_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace distdiag::serve {
namespace {

constexpr std::size_t kEpochDigits = 20;

std::optional<std::uint64_t> ParseDigits(std::string_view digits) {
  if (digits.empty() || digits.size() > kEpochDigits) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::uint64_t> ParseEventId(std::string_view id, std::uint64_t epoch) {
  const std::size_t dash = id.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  if (ParseDigits(id.substr(0, dash)) != epoch) return std::nullopt;
  return ParseDigits(id.substr(dash + 1));
}

// `wake` is constant; the rest is protected by `mutex`, which is taken after SseHub::mutex_ and never before it.
struct SseSubscription::State {
  explicit State(std::function<void()> wake_fn) : wake(std::move(wake_fn)) {}

  const std::function<void()> wake;

  mutable base::Mutex mutex;
  std::deque<std::shared_ptr<const std::string>> frames GUARDED_BY(mutex);
  std::size_t bytes GUARDED_BY(mutex) = 0;
  bool ended GUARDED_BY(mutex) = false;

  // The replay after a reconnect may be longer than what a live listener may lag.
  void Add(const std::shared_ptr<const std::string>& frame) LOCKS_EXCLUDED(mutex) {
    base::MutexLock lock(mutex);
    frames.push_back(frame);
  }
  void End() LOCKS_EXCLUDED(mutex) {
    base::MutexLock lock(mutex);
    ended = true;
  }
};

SseSubscription::~SseSubscription() { hub_.Unsubscribe(state_); }

std::vector<std::shared_ptr<const std::string>> SseSubscription::Take() {
  base::MutexLock lock(state_->mutex);
  std::vector<std::shared_ptr<const std::string>> taken(state_->frames.begin(),
                                                        state_->frames.end());
  state_->frames.clear();
  state_->bytes = 0;
  return taken;
}

bool SseSubscription::ended() const {
  base::MutexLock lock(state_->mutex);
  return state_->ended;
}

SseHub::SseHub(SseOptions options, std::uint64_t epoch, base::SelfMetrics& metrics)
    : options_(options),
      epoch_(epoch),
      published_(metrics.GetCounter("distdiag_sse_events_total", "Live events published")),
      cut_(metrics.GetCounter("distdiag_sse_listeners_cut_total",
                              "Live listeners cut because they read too slowly")),
      refused_(metrics.GetCounter("distdiag_sse_listeners_refused_total",
                                  "Live listeners refused: too many")),
      resets_(metrics.GetCounter("distdiag_sse_resets_total",
                                 "Listeners told to load anew: what they missed is not kept")),
      clients_gauge_(metrics.GetGauge("distdiag_sse_listeners", "Live listeners connected")) {}

SseHub::~SseHub() { Close(); }

void SseHub::Keep(std::shared_ptr<const std::string> frame) {
  ring_bytes_ += frame->size();
  ring_.push_back({.number = last_number_, .frame = std::move(frame)});
  while (ring_.size() > options_.ring_events || ring_bytes_ > options_.ring_bytes) {
    ring_bytes_ -= ring_.front().frame->size();
    ring_.pop_front();
  }
}

// False when the listener has to be cut.
// NOLINTNEXTLINE(readability-make-member-function-const): it changes the listener, which the hub owns
bool SseHub::Offer(SseSubscription::State& state, const std::shared_ptr<const std::string>& frame) {
  base::MutexLock lock(state.mutex);
  if (state.frames.size() >= options_.client_events ||
      state.bytes + frame->size() > options_.client_bytes) {
    state.ended = true;
    state.frames.clear();
    return false;
  }
  state.frames.push_back(frame);
  state.bytes += frame->size();
  return true;
}

void SseHub::Publish(std::string_view event, std::string_view data_json) {
  std::vector<StatePtr> to_wake;
  {
    base::MutexLock lock(mutex_);
    if (closed_) return;
    ++last_number_;
    auto frame = std::make_shared<const std::string>(
        fmt::format("id: {}-{}\nevent: {}\ndata: {}\n\n", epoch_, last_number_, event, data_json));
    to_wake = clients_;
    std::erase_if(clients_, [&](const StatePtr& state) LOCKS_REQUIRED(mutex_) {
      const bool slow = !Offer(*state, frame);
      if (slow) cut_.Add();
      return slow;
    });
    clients_gauge_.Set(static_cast<double>(clients_.size()));
    Keep(std::move(frame));
  }
  published_.Add();
  for (const StatePtr& state : to_wake) state->wake();
}

std::shared_ptr<const std::string> SseHub::ResetFrame() const {
  return std::make_shared<const std::string>(
      fmt::format("id: {}-{}\nevent: reset\ndata: {{}}\n\n", epoch_, last_number_));
}

// False when what was missed is not kept whole.
bool SseHub::Replay(std::string_view last_event_id, SseSubscription::State& state) {
  const auto seen = ParseEventId(last_event_id, epoch_);
  if (!seen || *seen > last_number_) return false;
  const std::uint64_t oldest_kept = ring_.empty() ? last_number_ + 1 : ring_.front().number;
  if (*seen + 1 < oldest_kept) return false;
  for (const Kept& kept : ring_) {
    if (kept.number > *seen) state.Add(kept.frame);
  }
  return true;
}

base::Result<std::unique_ptr<SseSubscription>> SseHub::Subscribe(std::string_view last_event_id,
                                                                 std::function<void()> wake) {
  auto state = std::make_shared<SseSubscription::State>(std::move(wake));
  base::MutexLock lock(mutex_);
  if (closed_ || clients_.size() >= options_.max_clients) {
    refused_.Add();
    return base::Fail(base::Unavailable(
        closed_ ? std::string("the server is stopping")
                : fmt::format("expected at most {} live listeners", options_.max_clients)));
  }
  if (!last_event_id.empty() && !Replay(last_event_id, *state)) {
    resets_.Add();
    state->Add(ResetFrame());
  }
  clients_.push_back(state);
  clients_gauge_.Set(static_cast<double>(clients_.size()));
  return std::unique_ptr<SseSubscription>(new SseSubscription(*this, std::move(state)));
}

void SseHub::Unsubscribe(const StatePtr& state) {
  base::MutexLock lock(mutex_);
  std::erase(clients_, state);
  clients_gauge_.Set(static_cast<double>(clients_.size()));
}

void SseHub::Close() {
  std::vector<StatePtr> to_wake;
  {
    base::MutexLock lock(mutex_);
    closed_ = true;
    to_wake.swap(clients_);
    clients_gauge_.Set(0);
  }
  for (const StatePtr& state : to_wake) {
    state->End();
    state->wake();
  }
}

std::size_t SseHub::client_count() const {
  base::MutexLock lock(mutex_);
  return clients_.size();
}

}  // namespace distdiag::serve

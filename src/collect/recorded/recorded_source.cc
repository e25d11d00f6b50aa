#include "collect/recorded/recorded_source.h"

#include <algorithm>
#include <chrono>

namespace distdiag::collect {
namespace {

constexpr base::Duration kBetweenRecordings = std::chrono::seconds(1);

// Source time from the first tick of the first recording to the last tick of the last one.
base::Duration RoundLength(const std::vector<Recording>& recordings) {
  base::Duration length{};
  for (const Recording& recording : recordings)
    length += recording.times.back() - recording.times.front() + kBetweenRecordings;
  return length - kBetweenRecordings;
}

base::Duration Slowed(base::Duration source_time, double speed) {
  return speed > 0 ? base::FromSeconds(base::ToSeconds(source_time) / speed)
                   : base::Duration::zero();
}

}  // namespace

RecordedSource::RecordedSource(const std::vector<Recording>& recordings, ReplayOptions options,
                               base::Clock& clock)
    : recordings_(recordings), options_(options), clock_(clock), speed_(options.speed) {}

void RecordedSource::BeginRound() {
  ++round_;
  recording_ = 0;
  tick_ = 0;
  played_ = {};
  round_began_ = clock_.Now();
  const base::Duration length = RoundLength(recordings_);
  // Whole seconds: charts and texts of a replay are easier to read.
  round_time_ =
      std::chrono::floor<std::chrono::seconds>(round_began_ - length + Slowed(length, speed_));
  if (!newest_) return;
  // A later round begins where the one before ended, at the present, and goes on in real time: any faster and its time
  // stamps would run into the future.
  speed_ = 1;
  round_time_ = *newest_ + kBetweenRecordings;
  round_began_ = std::max(round_began_, round_time_);
}

std::optional<SourceTick> RecordedSource::Next(base::StopSignal& stop) {
  if (round_ < 0) BeginRound();
  if (recording_ == recordings_.size()) {
    if (!options_.repeat) return std::nullopt;
    BeginRound();
  }
  const Recording& recording = recordings_[recording_];
  const base::Duration into = played_ + (recording.times[tick_] - recording.times.front());
  if (!clock_.SleepUntil(round_began_ + Slowed(into, speed_), stop)) return std::nullopt;
  const base::Duration shift = round_time_ + played_ - recording.times.front();
  SourceTick replayed;
  replayed.samples = recording.Tick(tick_, shift);
  replayed.replay = {.recording = recording_, .tick = tick_, .round = round_, .shift = shift};
  newest_ = replayed.samples.time;
  if (++tick_ == recording.tick_count()) {
    played_ += recording.times.back() - recording.times.front() + kBetweenRecordings;
    tick_ = 0;
    ++recording_;
  }
  return replayed;
}

}  // namespace distdiag::collect

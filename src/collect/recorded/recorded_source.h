// Replays recordings one after the other as a live source would deliver them.
//
// Why so: the demo, the drills and the tests feed the engine through the same call as a live collector. Time stamps are the
// recordings' own, shifted so that the last tick of a round falls on the present: they rise through the whole replay and never
// lie in the future, at any pace.
// Thread: single (owner: the source thread). Time comes from the clock seam only.
#pragma once

#include "base/clock.h"
#include "collect/recorded/recording.h"
#include "collect/source.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace distdiag::collect {

struct ReplayOptions {
  double speed = 1;     // source seconds a second, first round; 0 = as fast as possible
  bool repeat = false;  // begin a new round, in real time, after the last recording
};

class RecordedSource final : public Source {
 public:
  // REQUIRES: recordings not empty, each with at least one tick; speed >= 0.
  RecordedSource(const std::vector<Recording>& recordings, ReplayOptions options,
                 base::Clock& clock);

  // Each tick carries its place in the replay.
  std::optional<SourceTick> Next(base::StopSignal& stop) override;

 private:
  void BeginRound();

  const std::vector<Recording>& recordings_;
  const ReplayOptions options_;
  base::Clock& clock_;

  double speed_;  // of the present round
  int round_ = -1;
  std::size_t recording_ = 0;
  std::size_t tick_ = 0;
  base::Timestamp round_began_;            // by the clock
  base::Duration played_{};                // source time since the round began
  base::Timestamp round_time_;             // time stamp of the round's first tick
  std::optional<base::Timestamp> newest_;  // last time stamp delivered
};

}  // namespace distdiag::collect

// Compares what was injected with what the diagnosis says, tick by tick, for one drill.
//
// Why so: apart from threads, faults and stores, so that the judgement is tested with plain values. What nobody was told (a pair
// outside an incident) does not count.
// Thread: single (owner: the drill runner, under its lock).
#pragma once

#include "base/time.h"
#include "domain/drill.h"
#include "domain/incident.h"
#include "domain/topology.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>

namespace distdiag::engine {

// A drill passes when all of this holds.
struct PassMark {
  base::Duration detected_within = std::chrono::seconds(20);
  int most_other_incidents = 1;
};

class DrillJudge {
 public:
  DrillJudge(domain::Drill drill, domain::Topology topology, PassMark mark = {});

  // The phases, as the runner goes through them.
  void Preparing(base::Timestamp now);
  void Injected(base::Timestamp now);
  void Undone(base::Timestamp now);
  // The last word: done and passed or not, with the reason in words.
  void Close();
  void Fail(domain::DrillPhase phase, std::string message);

  // One tick of the diagnosis. `open`: all incidents open after it.
  void NoteTick(base::Timestamp time, std::span<const domain::IncidentEvent> events,
                std::span<const domain::Incident> open);

  // After Undone: all incidents of the drill are over.
  bool recovered() const { return drill_.resolved_s.has_value(); }
  const domain::Drill& drill() const { return drill_; }
  // Counts every change, so that others know when to store and tell.
  std::uint64_t version() const { return version_; }

 private:
  struct Seen {  // an incident that opened during the drill
    int rank_at_opening = 0;
    std::int64_t id = 0;
  };
  bool IsTrue(const domain::RankedCause& cause) const;
  int RankOf(const domain::Verdict& verdict) const;
  const domain::Incident* Own(std::span<const domain::Incident> open) const;
  void NoteOpened(const domain::Incident& incident);
  void NoteOwn(base::Timestamp time, const domain::Incident& own);
  void Capture(const domain::Verdict& verdict);
  std::string Shortcoming() const;

  domain::Drill drill_;
  const domain::Topology topology_;
  const PassMark mark_;
  std::optional<base::Timestamp> preparing_;
  std::map<base::Timestamp, Seen> seen_;  // by Incident::detected
  std::optional<base::Timestamp> own_;    // key in seen_
  bool captured_ = false;                 // the judging time is over
  std::uint64_t version_ = 1;
};

}  // namespace distdiag::engine

// Writes what a live source delivers as recorded cases, in the format of recordings/ (collect/recorded/recording.h).
//
// Why so: values are written with as many digits as give the same float back, so a case watched live and replayed from its
// files gets the same verdicts; cases.json is replaced at once after the node files, so a crash never leaves half a case listed.
// Thread: single (owner: the caller). Cost: keeps the case in memory, about 0.8 kB a node and tick.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "collect/source.h"
#include "domain/topology.h"
#include "domain/window.h"
#include "inject/injector.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::engine {

struct CaseLabelText {
  std::string node;
  std::string anomaly;
  std::string scope;  // "node" "cluster"
  double param = 0;

  friend bool operator==(const CaseLabelText&, const CaseLabelText&) = default;
};

struct CaseInfo {
  std::string id;
  std::string scenario;
  int rep = 1;
  base::Timestamp start;
  base::Timestamp normal_end;
  std::optional<base::Timestamp> anomaly_start;  // nullopt = no fault
  std::optional<base::Timestamp> anomaly_end;
  base::Timestamp recovered;
  base::Timestamp end;
  std::vector<CaseLabelText> labels;
  double settle_s = 0;  // how long the cluster took to settle before the case
  double load = 1;      // pace of the terminals against the normal one
  std::optional<double>
      outside_cores;  // median CPU that processes outside the lab took; nullopt = unknown
};

// One label a node for faults of cluster scope. Faults in the order given.
std::vector<CaseLabelText> LabelsOf(const std::vector<inject::JournalEntry>& faults,
                                    const std::vector<inject::FaultKind>& kinds,
                                    const domain::Topology& topology);

class CaseWriter {
 public:
  // `files` outlives it. `interval`: between two ticks.
  CaseWriter(base::FileSystem& files, std::string directory, domain::Topology topology,
             domain::SeriesLayout layout, base::Duration interval);

  void Note(const domain::TickSamples& samples) { ticks_.push_back(samples); }
  const std::vector<domain::TickSamples>& ticks() const { return ticks_; }
  // Forgets what was noted before `time`.
  void DropBefore(base::Timestamp time);
  // Ids already listed in the folder's cases.json (none when there is no such file).
  base::Result<std::vector<std::string>> WrittenCases() const;
  // OK when a case of this id could be written: letters, digits, _ and -, and not there yet.
  base::Status CheckId(const std::string& id) const;
  // Writes the ticks of start..end. As CheckId; FailedPrecondition when no tick lies in the span.
  base::Status Write(const CaseInfo& info);

 private:
  std::string NodeCsv(std::size_t node, const CaseInfo& info) const;

  base::FileSystem& files_;
  const std::string directory_;
  const domain::Topology topology_;
  const domain::SeriesLayout layout_;
  const base::Duration interval_;
  std::vector<domain::TickSamples> ticks_;
};

}  // namespace distdiag::engine

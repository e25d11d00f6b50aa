// Records a campaign: case after case on the live lab, each with its normal stretch, fault and recovery.
//
// Why so: a recording is worth as much as its labels, so labels and times come from the injection journal; and a case that other
// work on the machine disturbed says so (outside_cores), since it would teach the model a noisy neighbour.
// Thread: single (owner: the command); runs the source on a thread of its own.
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "base/status.h"
#include "collect/source.h"
#include "engine/record/campaign_plan.h"
#include "engine/record/case_writer.h"
#include "engine/record/verdict_log.h"
#include "inject/injector.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::engine {

// What the campaign needs to know and do besides faults and samples; the lab's side of it.
class CampaignGround {
 public:
  virtual ~CampaignGround() = default;
  // CPU seconds that processes outside the lab have taken since the machine started (not this process); nullopt = unknown.
  virtual std::optional<double> OutsideCpuSeconds() = 0;
  virtual base::Status SetLoad(double load) = 0;
  // Brings nodes back that died (rejoin); OK when all are well.
  virtual base::Status Repair() = 0;
};

struct CampaignDeps {
  collect::Source& source;
  inject::Injector& injector;
  CampaignGround& ground;
  CaseWriter& writer;
  base::Clock& clock;
  base::StopSignal& stop;
  std::function<void(const std::string&)> say;  // a line of progress
  VerdictLog* live = nullptr;                   // diagnoses each case as it is recorded
  std::string verdicts_path;                    // where its lines of the last case go
  base::FileSystem* files = nullptr;            // REQUIRES: given with `live`
};

struct CampaignResult {
  int recorded = 0;
  int skipped = 0;    // already there
  int failed = 0;     // the fault could not be made or undone
  int disturbed = 0;  // outside_cores above kMostOutsideCores
};

// A case is valid when processes outside the lab took no more than this in the median.
inline constexpr double kMostOutsideCores = 0.2;

class Campaign {
 public:
  Campaign(CampaignDeps deps, domain::Topology topology);

  // Cancelled when stop was requested; what is recorded stays. Cases already written are skipped.
  base::Result<CampaignResult> Run(const CampaignPlan& plan);

 private:
  struct Outside {
    base::Timestamp time;
    double cpu_seconds = 0;
  };
  void Watch();
  bool Wait(double seconds);
  double Settle();
  bool Calm(const domain::TickSamples& samples) const;
  base::Status RecordCase(const PlannedCase& planned, double settle_s, CampaignResult& result);
  base::Status FinishVerdicts(base::Timestamp end) LOCKS_EXCLUDED(mutex_);
  base::Status MakeFaults(const PlannedCase& planned, double fault_s, CaseInfo& info);
  std::optional<double> OutsideCores(const CaseInfo& info) LOCKS_EXCLUDED(mutex_);

  CampaignDeps deps_;
  const domain::Topology topology_;
  CampaignPlan plan_;
  base::Mutex mutex_;
  std::vector<Outside> outside_ GUARDED_BY(mutex_);
  bool diagnosing_ GUARDED_BY(mutex_) = false;  // a case is being recorded and deps_.live watches
  std::optional<domain::TickSamples> newest_ GUARDED_BY(mutex_);
  std::vector<domain::TickSamples> fresh_ GUARDED_BY(mutex_);  // not yet handed to the writer
};

}  // namespace distdiag::engine

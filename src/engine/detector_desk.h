// Where the analyst's changes of the detectors arrive: checked, stored as a version, and handed to the loop at the next tick.
//
// Why so: the loop owns the pipeline and takes no lock in the diagnosis; it asks once a tick, with one atomic read, whether there is something new.
// Thread: safe, but TakeChange (owner: the engine loop).
#pragma once

#include "base/clock.h"
#include "base/mutex.h"
#include "engine/backtest.h"
#include "serve/detector_control.h"
#include "store/detector_repository.h"

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::engine {

class DetectorDesk final : public serve::DetectorControl {
 public:
  // All outlive it. `window` is the live pipeline's.
  DetectorDesk(BacktestSubject subject, store::DetectorRepository& versions,
               const store::WindowStore& window, base::Clock& clock);

  // Reads the newest version. To be called once, before anything else; its definitions are the first change. InvalidArgument: this program's
  // catalogue refuses them (they are another release's); the shipped ones stay at work, and any version may follow it.
  base::Status Load();
  // The definitions that are to be at work from now on, when they changed.
  std::optional<domain::DetectorDefinitions> TakeChange();

  std::string cluster() const override { return subject_.topology.cluster; }
  const domain::Topology& topology() const override { return subject_.topology; }
  base::Result<serve::DetectorState> Current() const override;
  base::Result<serve::DetectorState> Submit(const serve::DetectorChange& change) override;
  base::Result<std::vector<store::DetectorVersion>> Versions(int limit) const override;
  base::Result<serve::DetectorState> Restore(std::int64_t version, const std::string& author,
                                             const std::string& reason) override;
  base::Result<domain::Backtest> Preview(const domain::DetectorDefinitions& definitions,
                                         base::Timestamp from, base::Timestamp to) override;

 private:
  serve::DetectorState StateOf(store::DetectorVersion version) const;
  base::Result<serve::DetectorState> Store(store::DetectorVersion version, std::int64_t base);

  const BacktestSubject subject_;
  store::DetectorRepository& versions_;
  const store::WindowStore& window_;
  base::Clock& clock_;
  mutable base::Mutex mutex_;
  store::DetectorVersion current_ GUARDED_BY(mutex_);
  std::atomic<bool> changed_{false};
  std::atomic<bool> previewing_{false};
};

}  // namespace distdiag::engine

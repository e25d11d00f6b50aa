// The lab's side of a recording campaign: load, repair, and who else uses the machine's CPU.
//
// Thread: OutsideCpuSeconds() from one thread, the rest from another.
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "base/status.h"
#include "engine/record/campaign.h"
#include "lab/cgroups.h"
#include "lab/layout.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace distdiag::engine {

class LabGround final : public CampaignGround {
 public:
  // `files` and `clock` outlive it.
  static base::Result<std::unique_ptr<LabGround>> New(lab::Layout layout, base::FileSystem& files,
                                                      base::Clock& clock);

  std::optional<double> OutsideCpuSeconds() override;
  base::Status SetLoad(double load) override;
  // Without limits while a node comes back.
  base::Status Repair() override;

 private:
  LabGround(lab::Layout layout, lab::CgroupTrees trees, std::string disk, base::FileSystem& files,
            base::Clock& clock);
  base::Status Rejoin(const lab::Machine& machine);

  const lab::Layout layout_;
  const lab::CgroupTrees trees_;
  const std::string disk_;
  base::FileSystem& files_;
  base::Clock& clock_;
};

// CPU seconds of all CPUs that were not idle, from the text of /proc/stat at 100 ticks a second; nullopt when it is not that.
std::optional<double> BusySeconds(std::string_view proc_stat);

}  // namespace distdiag::engine

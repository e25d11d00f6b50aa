// What a lab that is up, or half up, knows about itself: <dir>/run/state.json.
//
// Why so: written before anything is touched and removed last, so `lab down` after kill -9 knows name and size, and no command
// ever touches what is not a lab's.
// Thread: value.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "lab/layout.h"

#include <string>
#include <string_view>

namespace distdiag::lab {

enum class LabPhase { kStarting, kUp, kStopping };
std::string_view LabPhaseName(LabPhase phase);  // "starting" "up" "stopping"

struct LabState {
  LabOptions options;
  LabPhase phase = LabPhase::kStarting;
  bool with_load = true;  // the keeper keeps terminals running
};

// InvalidArgument when a name, network or number can't be used.
base::Status CheckOptions(const LabOptions& options);

std::string StateToJson(const LabState& state);
// DataLoss names the key. Options are checked like those of the command line.
base::Result<LabState> ParseState(std::string_view text, std::string_view file);

// NotFound when no lab was started in this folder.
base::Result<LabState> ReadState(const base::FileSystem& files, const std::string& directory);
base::Status WriteState(base::FileSystem& files, const LabState& state);

}  // namespace distdiag::lab

// Request bodies about detectors: untrusted bytes.
//
// Thread: const-safe (free functions).
#pragma once

#include "base/status.h"
#include "serve/detector_control.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace distdiag::serve {

// Schema DetectorChange: {"author", "reason", "base_version", "detectors"}. InvalidArgument names key, what was expected and what was found.
base::Result<DetectorChange> ParseDetectorChange(std::string_view body);

// Schema DetectorRestore: {"author", "reason"}.
struct RestoreRequest {
  std::string author, reason;
};
base::Result<RestoreRequest> ParseRestoreRequest(std::string_view body);

}  // namespace distdiag::serve

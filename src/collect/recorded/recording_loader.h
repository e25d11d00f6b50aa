// Reads a folder of recordings.
//
// Any broken file makes the whole load fail with one line naming file, line and column: a training or an evaluation on half
// the data would be a wrong figure. LoadRecordings with a `broken` list instead skips and reports: for a running server.
// Thread: const-safe.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "collect/recorded/recording.h"

#include <string>
#include <vector>

namespace distdiag::collect {

// All cases of `directory`/cases.json in file order.
base::Result<std::vector<Recording>> LoadRecordings(const base::FileSystem& files,
                                                    const std::string& directory);

// Only the cases named, in the given order; a name that is not there is NotFound. A case that can't be read is left out and
// its status appended to `broken`.
base::Result<std::vector<Recording>> LoadRecordings(const base::FileSystem& files,
                                                    const std::string& directory,
                                                    const std::vector<std::string>& case_ids,
                                                    std::vector<base::Status>& broken);

}  // namespace distdiag::collect

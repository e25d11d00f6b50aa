// What was wrong during a stretch of time, from the injection journal.
//
// Thread: const-safe (free function).
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "engine/record/case_writer.h"

#include <string>

namespace distdiag::engine {

// Fills in times and labels of `info` (its start and end are given) from the faults of `journal_directory` that were at work
// between them; without any the whole stretch is normal. A broken journal file fails: a wrong label is worse than none.
base::Status LabelFromJournal(const base::FileSystem& files, const std::string& journal_directory,
                              const std::vector<inject::FaultKind>& kinds,
                              const domain::Topology& topology, CaseInfo& info);

}  // namespace distdiag::engine

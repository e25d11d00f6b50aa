// A drill's details as JSON and back, by names (nodes, problems), never by numbers of an enum.
//
// Why so: what lists are filtered by has columns; the rest is one text that later versions may add to.
// Thread: const-safe (free functions).
#pragma once

#include "base/status.h"
#include "domain/drill.h"

#include <string>
#include <string_view>

namespace distdiag::store {

// Everything but id, suite, run, cluster, phase and created, which have columns.
std::string DrillToJson(const domain::Drill& drill);
// Fills these fields of `drill`. DataLoss with the place when the text is not what DrillToJson writes.
base::Status ReadDrillJson(std::string_view text, domain::Drill& drill);

}  // namespace distdiag::store

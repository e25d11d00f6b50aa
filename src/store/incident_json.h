// Verdicts and incidents as JSON and back, by names (nodes, metrics, problems), never by numbers of an enum.
//
// Why so: one place knows the stored form; a file stays readable when the catalogue or the topology has changed order.
// Numbers are the shortest that read back the same, so write → read → write gives the same bytes; NaN is null.
// Thread: const-safe (free functions).
#pragma once

#include "base/status.h"
#include "domain/incident.h"
#include "domain/topology.h"
#include "domain/verdict.h"

#include <string>
#include <string_view>

namespace distdiag::store {

// The incident with the topology its node indices refer to (as it was when the incident was stored).
struct StoredIncident {
  domain::Incident incident;
  domain::Topology topology;
};

std::string VerdictToJson(const domain::Verdict& verdict, const domain::Topology& topology);
// DataLoss with the place when the text is not what VerdictToJson writes, or names what this version doesn't know.
base::Result<domain::Verdict> VerdictFromJson(std::string_view text,
                                              const domain::Topology& topology);

// Everything but id and history, which have columns and rows of their own; the topology is inside.
std::string IncidentToJson(const domain::Incident& incident, const domain::Topology& topology);
base::Result<StoredIncident> IncidentFromJson(std::string_view text);

}  // namespace distdiag::store

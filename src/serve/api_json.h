// Domain and live values as the JSON of api/openapi.yaml: the one place that knows the API's field names.
//
// Thread: const-safe (free functions).
#pragma once

#include "base/json_writer.h"
#include "domain/delivery.h"
#include "domain/drill_scorecard.h"
#include "domain/feedback.h"
#include "domain/incident.h"
#include "domain/statement.h"
#include "serve/detector_control.h"
#include "serve/drill_control.h"
#include "serve/live_state.h"
#include "store/alarm_repository.h"
#include "store/incident_json.h"
#include "store/note_repository.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace distdiag::serve {

// Spark lines by node name and metric name.
using SparkTable = std::map<std::pair<std::string, std::string>, std::vector<double>>;

SparkTable SparksOf(const ClusterLive& cluster);

// Schema Cluster. `now` is DistDiag's clock, for lag_s.
std::string ClusterToJson(const ClusterLive& cluster, base::Timestamp now);
// Schema Verdict; evidence without an entry in `sparks` has an empty spark line.
void WriteVerdict(base::JsonWriter& json, const domain::Verdict& verdict,
                  const domain::Topology& topology, const SparkTable& sparks);
// Schema IncidentSummary, without `judgement`: for who does not know whether there is one.
void WriteIncidentSummary(base::JsonWriter& json, const domain::Incident& incident,
                          const domain::Topology& topology);
// The same with the judgement that stands; nullopt = none.
void WriteJudgedSummary(base::JsonWriter& json, const domain::Incident& incident,
                        const domain::Topology& topology,
                        std::optional<domain::Judgement> judgement);
// What hangs on an incident beside it.
struct IncidentExtras {
  const SparkTable& sparks;
  std::string_view impact_json;                // schema Impact, or empty
  std::span<const domain::Feedback> feedback;  // oldest first
};
// Schema Incident.
std::string IncidentToApiJson(const store::StoredIncident& stored, const IncidentExtras& extras);
// Schema IncidentFeedback. `history`: oldest first.
void WriteIncidentFeedback(base::JsonWriter& json, const store::StoredIncident& stored,
                           std::span<const domain::Feedback> history);
void WriteFeedback(base::JsonWriter& json, const domain::Feedback& feedback);
void WriteFeedbackMeter(base::JsonWriter& json, const domain::FeedbackMeter& meter);
// Schema IncidentEvent.
std::string IncidentEventToJson(const domain::IncidentEvent& event,
                                const domain::Topology& topology);
// Schema DatabaseStructure. REQUIRES: cluster.structure.
std::string StructureToJson(const ClusterLive& cluster);
// Schema StatementEvidence; also what the store keeps with an incident.
std::string StatementsToJson(const domain::StatementEvidence& evidence,
                             const domain::Topology& topology);
std::string ChangesToJson(const std::vector<domain::ChangeEvent>& newest_first);
// `feedback`: nullopt = could not be read; then it is left out.
std::string StatusToJson(const StatusInfo& status,
                         const std::optional<domain::FeedbackMeter>& feedback, base::Timestamp now);
std::string DemoToJson(const DemoStatus& demo);
void WriteStoredAlarm(base::JsonWriter& json, const store::StoredAlarm& alarm);
void WriteNote(base::JsonWriter& json, const store::Note& note);
void WriteDelivery(base::JsonWriter& json, const domain::Delivery& delivery);
void WriteDrill(base::JsonWriter& json, const domain::Drill& drill);
std::string DrillToApiJson(const domain::Drill& drill);
std::string ScorecardToJson(const domain::DrillScorecard& card);  // schema DrillScorecard
std::string DetectorsToApiJson(const DetectorState& state);       // schema Detectors
void WriteDetectorVersion(base::JsonWriter& json, const store::DetectorVersion& version);
// Schema Backtest.
std::string BacktestToJson(const domain::Backtest& backtest, const domain::Topology& topology);
void WriteFaultKind(base::JsonWriter& json, const inject::FaultKind& kind);
void WritePlannedFault(base::JsonWriter& json, const PlannedFault& planned);

}  // namespace distdiag::serve

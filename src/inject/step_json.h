// The steps of a plan as they stand in the journal.
#pragma once

#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "inject/step.h"

namespace distdiag::inject {

void WritePlan(base::JsonWriter& json, const FaultPlan& plan);
base::Result<FaultPlan> ReadPlan(const base::JsonObject& object);

}  // namespace distdiag::inject

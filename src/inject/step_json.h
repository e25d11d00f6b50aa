// The steps of a plan as they stand in the journal.
#pragma once

#include "base/json_writer.h"
#include "base/status.h"
#include "inject/json_fields.h"
#include "inject/step.h"

namespace distdiag::inject {

void WritePlan(base::JsonWriter& json, const FaultPlan& plan);
base::Result<FaultPlan> ReadPlan(const JsonFields& object);

}  // namespace distdiag::inject

#include "collect/mysql/variables_part.h"

#include <utility>

namespace distdiag::collect {

base::Result<PartReading> VariablesPart::Read(Session& session, base::Timestamp,
                                              base::Duration limit) {
  auto answer = session.Query("SHOW GLOBAL VARIABLES", limit);
  PartReading reading;
  if (!answer) {
    if (session.broken()) return base::Fail(answer.error());
    reading.is_offered = false;
    reading.limits.push_back("no changes of settings: " + answer.error().message());
    return reading;
  }
  for (std::string& change : watch_.Next(answer->rows)) {
    reading.changes.push_back({.time = {},
                               .kind = domain::ChangeKind::kParameter,
                               .node = {},
                               .description = std::move(change)});
  }
  return reading;
}

}  // namespace distdiag::collect

// Reads the body of POST …/feedback (schema NewFeedback): untrusted bytes.
//
// Thread: const-safe (free functions).
#pragma once

#include "base/status.h"
#include "domain/feedback.h"

#include <optional>
#include <string>
#include <string_view>

namespace distdiag::serve {

struct NewFeedback {
  domain::Judgement judgement = domain::Judgement::kConfirmed;
  std::string author;   // 1 to 100 characters, not only white space
  std::string comment;  // at most 10000 characters, may be empty
  std::optional<std::string> right_node;
  std::optional<domain::ProblemId> right_problem;
  std::optional<domain::SaidPair> said;  // what the judge saw; nullopt: he doesn't tell
};

// InvalidArgument that names field, expectation and finding. Characters are Unicode code points. What fits the incident is
// domain::CheckFeedback's to say.
base::Result<NewFeedback> ParseNewFeedback(std::string_view body);

}  // namespace distdiag::serve

// Where a model's knowledge comes from, in the manifests of all models. Thread: value.
#pragma once

#include <string>

namespace distdiag::detect {

struct TrainingCase {
  std::string id;
  std::string
      content_hash;  // of the recording; `eval` refuses to judge a case whose hash stands here

  friend bool operator==(const TrainingCase&, const TrainingCase&) = default;
};

}  // namespace distdiag::detect

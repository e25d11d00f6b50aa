// libFuzzer target: any bytes as a file of a sequence model.
#include "detect/sequence/sequence_model.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace distdiag;
  const auto model = detect::ReadSequenceModel(
      std::string_view(reinterpret_cast<const char*>(bytes), size), "sequence.json");
  if (!model) {
    if (model.error().message().find('\n') != std::string::npos) __builtin_trap();
    return 0;
  }
  for (const detect::SequenceGroup& group : model->groups) {
    std::vector<float> x(group.metrics.size(), 1), state(group.network.StateSize(1)), scratch,
        y(x.size());
    group.network.Advance(x, 1, state, scratch, y);
    for (const float one : state) {
      if (!std::isfinite(one)) __builtin_trap();
    }
  }
  // What was read is written and read again as the same.
  const std::string text = detect::WriteSequenceModel(*model);
  const auto again = detect::ReadSequenceModel(text, "again");
  if (!again || detect::WriteSequenceModel(*again) != text) __builtin_trap();
  return 0;
}

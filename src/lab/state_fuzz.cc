// The lab's state file.
#include "lab/state.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace distdiag;
  const auto state =
      lab::ParseState(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!state) return 0;
  // What was accepted is written and read back the same.
  const std::string text = lab::StateToJson(*state);
  const auto again = lab::ParseState(text, "fuzz");
  if (!again || lab::StateToJson(*again) != text) std::abort();
  return 0;
}

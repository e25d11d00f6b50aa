// libFuzzer target: any bytes as an answer in the Prometheus text format.
#include "base/prometheus_text.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  distdiag::base::PrometheusText reader(text);
  distdiag::base::PrometheusSample sample;
  const auto inside = [&](std::string_view view) {
    return view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size();
  };
  while (true) {
    const auto more = reader.Next(sample);
    if (!more && more.error().message().find('\n') != std::string::npos) __builtin_trap();
    if (!more || !*more) return 0;
    if (sample.name.empty() || !inside(sample.name)) __builtin_trap();
    for (const auto& label : sample.labels) {
      if (label.name.empty() || !inside(label.name) || !inside(label.raw_value)) __builtin_trap();
      if (distdiag::base::UnescapeLabelValue(label.raw_value).size() > label.raw_value.size())
        __builtin_trap();
    }
  }
}

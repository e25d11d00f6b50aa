// Reader of the Prometheus text format 0.0.4: one sample after the other, as views into the text.
//
// Why so: an answer of node_exporter has a thousand lines of which we want eighty; nothing is copied, and a label's value is
// unescaped only where somebody asks for it. Comments (HELP, TYPE) are skipped: the names we know tell kind and unit.
// Thread: single (owner: its caller). Cost: one pass, no allocation but the label list's first growth.
#pragma once

#include "base/status.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::base {

struct PrometheusLabel {
  std::string_view name;
  std::string_view raw_value;  // between the quotes, escapes (\\ \" \n) still in
};

struct PrometheusSample {
  std::string_view name;
  std::vector<PrometheusLabel> labels;
  double value = 0;  // may be NaN or infinite: the format has both
  std::optional<std::int64_t> timestamp_ms;

  // Raw value of a label; nullopt when there is none of this name.
  std::optional<std::string_view> Label(std::string_view label_name) const;
};

class PrometheusText {
 public:
  // `text` outlives the reader and all samples.
  explicit PrometheusText(std::string_view text) : rest_(text) {}

  // The next sample into `sample` (whose label list is used again); false = end of the text. A line that is none of the
  // format is InvalidArgument naming the line, what was expected and what was found; then reading can't go on.
  Result<bool> Next(PrometheusSample& sample);

  std::size_t line() const { return line_; }  // of the sample last read, 1-based

 private:
  std::string_view rest_;
  std::size_t line_ = 0;
};

// A label's value without its escapes.
std::string UnescapeLabelValue(std::string_view raw);

}  // namespace distdiag::base

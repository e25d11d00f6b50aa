#include "engine/eval/public_sets/run_windows.h"

#include "detect/classify/change_signature.h"
#include "engine/eval/public_sets/csv_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

// Rates and momentary states. Left out by kind is what remembers: memory, file system, file locks, swap, sockets, sizes of tables
// and buffers, load averages, totals since the start, settings. Left out by test is what tells the class before the injection: a
// tree on the metric's mean over the first four rows of a run, folds by block, has a macro F1 of 0.30 or more on the classes whose
// runs begin under the usual load (kinds aside: dirty pages, allocated and freed memory, new processes).
constexpr std::array kMetrics = {"total_cpu_usage_usr",
                                 "total_cpu_usage_sys",
                                 "total_cpu_usage_idl",
                                 "total_cpu_usage_wai",
                                 "total_cpu_usage_stl",
                                 "dsk_total_read",
                                 "dsk_total_writ",
                                 "net_total_recv",
                                 "net_total_send",
                                 "paging_in",
                                 "paging_out",
                                 "system_int",
                                 "system_csw",
                                 "procs_run",
                                 "procs_blk",
                                 "interrupts_343",
                                 "interrupts_344",
                                 "interrupts_416",
                                 "io_total_read",
                                 "io_total_writ",
                                 "async_aio",
                                 "virtual_memory_majpf",
                                 "virtual_memory_minpf",
                                 "advanced_virtual_memory_steal",
                                 "advanced_virtual_memory_scanK",
                                 "advanced_virtual_memory_scanD",
                                 "advanced_virtual_memory_pgoru",
                                 "advanced_virtual_memory_astll",
                                 "mysql5_conn_Act",
                                 "mysql5_locks_Locks",
                                 "mysql5_all_flushed",
                                 "mysql5_all_readr",
                                 "mysql5_all_reads",
                                 "mysql5_all_ratio",
                                 "mysql5_all_insert",
                                 "mysql5_all_update",
                                 "mysql5_all_delete",
                                 "mysql5_all_comm",
                                 "mysql5_all_roll"};

constexpr std::size_t kWindowSteps = 10;
constexpr std::size_t kFirstStep = 1;  // the first row of a run holds means since the host's start
constexpr std::size_t kLeastBefore = 4;  // steps before an injection that make a normal

// [row, metric], sizes compressed: a metric's range spans many orders.
using Rows = std::vector<double>;

double Compressed(double value) { return std::copysign(std::log1p(std::abs(value)), value); }

std::vector<double> Column(std::span<const double> rows, std::size_t column) {
  std::vector<double> values;
  for (std::size_t i = column; i < rows.size(); i += kMetrics.size())
    if (std::isfinite(rows[i])) values.push_back(rows[i]);
  std::sort(values.begin(), values.end());
  return values;
}

// Of each metric: mean, deviation, median, largest, smallest of the compressed values; NaN without a value.
std::vector<float> Summary(std::span<const double> rows) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> features(kSummarySize * kMetrics.size(), kNone);
  for (std::size_t metric = 0; metric < kMetrics.size(); ++metric) {
    std::vector<double> values = Column(rows, metric);
    if (values.empty()) continue;
    double sum = 0, squares = 0;
    for (double& value : values) sum += value = Compressed(value);
    const double mean = sum / static_cast<double>(values.size());
    for (const double value : values) squares += (value - mean) * (value - mean);
    float* out = features.data() + kSummarySize * metric;
    out[0] = static_cast<float>(mean);
    out[1] = static_cast<float>(std::sqrt(squares / static_cast<double>(values.size())));
    out[kSummaryMedian] = static_cast<float>(values[values.size() / 2]);
    out[3] = static_cast<float>(values.back());
    out[4] = static_cast<float>(values.front());
  }
  return features;
}

double MeanOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// The signature of the change, and the window's mean minus the mean before (compressed).
std::vector<float> Relative(std::span<const double> before, std::span<const double> window) {
  std::vector<float> features = detect::SignatureOf(before, window, kMetrics.size());
  for (std::size_t metric = 0; metric < kMetrics.size(); ++metric) {
    const std::vector<double> was = Column(before, metric), is = Column(window, metric);
    features.push_back(was.empty() || is.empty()
                           ? std::numeric_limits<float>::quiet_NaN()
                           : static_cast<float>(Compressed(MeanOf(is) - MeanOf(was))));
  }
  return features;
}

class Reader {
 public:
  Reader(const base::FileSystem& files, std::string directory, RunWindows& out)
      : files_(files), directory_(std::move(directory)), out_(out) {}

  base::Status Add(const RunCase& run, std::size_t label) {
    ASSIGN_OR_RETURN_STATUS(const Rows rows, RowsOf(run));
    const auto part = [&](std::size_t from, std::size_t to) {
      return std::span(rows).subspan(from * kMetrics.size(), (to - from) * kMetrics.size());
    };
    const std::size_t group = out_.runs.size();
    out_.runs.push_back({run.id, run.hardware, run.block});
    for (const auto& [from, to] : run.windows)
      out_.windows.Add(Summary(part(from, to)), label, group);
    const std::size_t start = run.abnormal.first;
    if (run.abnormal.second == 0 || start < kLeastBefore || run.windows.empty())
      return base::OkStatus();
    const std::size_t from = std::max(kFirstStep, start - std::min(start, kWindowSteps));
    const std::size_t middle = from + (start - from) / 2;
    out_.control.Add(Summary(part(from, start)), label, group);
    const auto& [window_from, window_to] = run.windows.front();
    out_.relative.Add(Relative(part(from, start), part(window_from, window_to)), label, group);
    out_.relative_control.Add(Relative(part(from, middle), part(middle, start)), label, group);
    return base::OkStatus();
  }

 private:
  base::Result<Rows> RowsOf(const RunCase& run) {
    const std::string path = directory_ + "/" + run.file;
    if (path != path_) {
      ASSIGN_OR_RETURN(table_, ReadCsvTable(files_, path));
      path_ = path;
      ASSIGN_OR_RETURN(columns_, FindColumns(table_, UsedRunMetrics(), path));
    }
    if (run.rows.second > table_.row_count()) {
      return base::Fail(
          base::InvalidArgument(fmt::format("{}: expected {} rows for case {}, found {}", path,
                                            run.rows.second, run.id, table_.row_count())));
    }
    Rows rows;
    for (std::size_t row = run.rows.first; row < run.rows.second; ++row)
      for (const std::size_t column : columns_) rows.push_back(table_.Row(row)[column]);
    return rows;
  }

  const base::FileSystem& files_;
  std::string directory_;
  RunWindows& out_;
  std::string path_;  // of table_: the cases of a file follow each other
  CsvTable table_;
  std::vector<std::size_t> columns_;
};

}  // namespace

std::vector<std::string> UsedRunMetrics() { return {kMetrics.begin(), kMetrics.end()}; }

base::Result<RunWindows> ReadRunWindows(const base::FileSystem& files,
                                        const std::string& directory) {
  const std::string path = directory + "/cases.json";
  ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  ASSIGN_OR_RETURN(const RunSet set, ParseRunCases(text, path));
  RunWindows out;
  out.classes = set.classes;
  const auto index = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(set.classes.begin(), set.classes.end(), name) -
                                    set.classes.begin());
  };
  out.normal_class = index("normal");
  if (out.normal_class == set.classes.size()) {
    return base::Fail(base::InvalidArgument(
        path + ": top: key \"classes\": expected one of them to be \"normal\", found none"));
  }
  Reader reader(files, directory, out);
  for (const RunCase& run : set.cases) RETURN_FAIL_IF_ERROR(reader.Add(run, index(run.label)));
  if (out.windows.row_count() == 0 || out.relative.row_count() == 0) {
    return base::Fail(base::InvalidArgument(
        path + ": expected runs with windows and with rows before an injection, found none"));
  }
  return out;
}

RunWindows HalfOf(const RunWindows& whole, std::size_t half) {
  std::vector<std::uint8_t> chosen;
  for (const auto& run : whole.runs)
    chosen.push_back(FoldOf("half " + run.block, 2) == half ? 1 : 0);
  RunWindows part{.classes = whole.classes,
                  .normal_class = whole.normal_class,
                  .runs = whole.runs,
                  .windows = RowsOfGroups(whole.windows, chosen),
                  .control = RowsOfGroups(whole.control, chosen),
                  .relative = RowsOfGroups(whole.relative, chosen),
                  .relative_control = RowsOfGroups(whole.relative_control, chosen)};
  return part;
}

}  // namespace distdiag::engine

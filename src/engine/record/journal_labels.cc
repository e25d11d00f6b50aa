#include "engine/record/journal_labels.h"

#include <algorithm>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

// Expected work is part of the normal stretch.
bool IsControl(const inject::FaultSpec& spec, const std::vector<inject::FaultKind>& kinds) {
  return std::ranges::any_of(kinds, [&](const inject::FaultKind& kind) {
    return kind.name == spec.kind && kind.problem == domain::ProblemId::kUnknown;
  });
}

}  // namespace

base::Status LabelFromJournal(const base::FileSystem& files, const std::string& journal_directory,
                              const std::vector<inject::FaultKind>& kinds,
                              const domain::Topology& topology, CaseInfo& info) {
  info.normal_end = info.recovered = info.end;
  if (!files.Exists(journal_directory)) return base::OkStatus();
  ASSIGN_OR_RETURN_STATUS(const auto names, files.ListDirectory(journal_directory));
  std::vector<inject::JournalEntry> faults;
  for (const std::string& name : names) {
    if (!name.ends_with(".json")) continue;
    const std::string path = journal_directory + "/" + name;
    ASSIGN_OR_RETURN_STATUS(const std::string text, files.ReadFile(path));
    ASSIGN_OR_RETURN_STATUS(inject::JournalEntry entry, inject::ParseEntry(text, path));
    const base::Timestamp gone = entry.undone.value_or(info.end);
    if (entry.phase == inject::FaultPhase::kPlanned || entry.created > info.end ||
        gone < info.start || IsControl(entry.spec, kinds))
      continue;
    const base::Timestamp ended = entry.ended.value_or(info.end);
    if (!entry.prepared || *entry.prepared > info.end || ended < info.start)
      return base::FailedPrecondition(fmt::format(
          "fault {}: expected it wholly inside the recording or wholly outside, found it being "
          "prepared or undone during it: not labelled",
          entry.id));
    faults.push_back(std::move(entry));
  }
  if (faults.empty()) return base::OkStatus();
  info.anomaly_start = info.start;
  info.anomaly_end = info.start;
  base::Timestamp first_end = info.end;
  for (const inject::JournalEntry& fault : faults) {
    first_end = std::min(first_end, fault.ended.value_or(info.end));
    info.normal_end = std::min(info.normal_end, std::max(fault.created, info.start));
    info.anomaly_start = std::max(*info.anomaly_start, *fault.prepared);
    info.anomaly_end =
        std::max(*info.anomaly_end, std::min(fault.ended.value_or(info.end), info.end));
  }
  if (*info.anomaly_start > first_end)
    return base::FailedPrecondition(
        "expected faults that were at work together, found one after the other: record each as a "
        "case of its own");
  info.recovered = *info.anomaly_end;
  info.labels = LabelsOf(faults, kinds, topology);
  return base::OkStatus();
}

}  // namespace distdiag::engine

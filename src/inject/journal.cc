#include "inject/journal.h"

#include "base/json_reader.h"
#include "base/json_writer.h"
#include "inject/step_json.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace distdiag::inject {
namespace {

constexpr std::string_view kSuffix = ".json";

void WriteTime(base::JsonWriter& json, std::string_view key,
               const std::optional<base::Timestamp>& time) {
  json.Key(key);
  if (time) {
    json.Value(time->time_since_epoch().count());
  } else {
    json.Null();
  }
}

base::Result<FaultPhase> ReadPhase(const base::JsonObject& object) {
  ASSIGN_OR_RETURN(const std::string name, object.Text("phase"));
  for (const FaultPhase phase :
       {FaultPhase::kPlanned, FaultPhase::kPreparing, FaultPhase::kActive, FaultPhase::kUndoing,
        FaultPhase::kUndone, FaultPhase::kUndoFailed}) {
    if (FaultPhaseName(phase) == name) return phase;
  }
  return base::Fail(object.Unexpected("phase", "a known phase", '"' + name + '"'));
}

base::Result<FaultSpec> ReadSpec(const base::JsonObject& object) {
  FaultSpec spec;
  ASSIGN_OR_RETURN(spec.kind, object.Text("kind"));
  ASSIGN_OR_RETURN(spec.node, object.Text("node"));
  ASSIGN_OR_RETURN(spec.number, object.Number("number"));
  if (!std::isfinite(spec.number))
    return base::Fail(object.Unexpected("number", "a number", "null"));
  return spec;
}

base::Result<JournalEntry> ReadEntry(const base::JsonObject& root) {
  JournalEntry entry;
  ASSIGN_OR_RETURN(entry.id, root.Text("id"));
  ASSIGN_OR_RETURN(const base::JsonObject spec, root.Object("spec"));
  ASSIGN_OR_RETURN(entry.spec, ReadSpec(spec));
  ASSIGN_OR_RETURN(const base::JsonObject plan, root.Object("plan"));
  ASSIGN_OR_RETURN(entry.plan, ReadPlan(plan));
  ASSIGN_OR_RETURN(entry.phase, ReadPhase(root));
  ASSIGN_OR_RETURN(const base::Timestamp duration, root.Time("duration_us"));
  entry.duration = duration.time_since_epoch();
  ASSIGN_OR_RETURN(entry.created, root.Time("created"));
  ASSIGN_OR_RETURN(entry.prepared, root.TimeOrNull("prepared"));
  ASSIGN_OR_RETURN(entry.ended, root.TimeOrNull("ended"));
  ASSIGN_OR_RETURN(entry.undone, root.TimeOrNull("undone"));
  ASSIGN_OR_RETURN(entry.limit, root.Time("limit"));
  ASSIGN_OR_RETURN(entry.message, root.Text("message"));
  return entry;
}

}  // namespace

std::string_view FaultPhaseName(FaultPhase phase) {
  switch (phase) {
    case FaultPhase::kPlanned: return "planned";
    case FaultPhase::kPreparing: return "preparing";
    case FaultPhase::kActive: return "active";
    case FaultPhase::kUndoing: return "undoing";
    case FaultPhase::kUndone: return "undone";
    case FaultPhase::kUndoFailed: return "undo_failed";
  }
  return "planned";
}

std::string EntryToJson(const JournalEntry& entry) {
  base::JsonWriter json;
  json.BeginObject().Field("id", entry.id).Key("spec").BeginObject();
  json.Field("kind", entry.spec.kind).Field("node", entry.spec.node);
  json.Field("number", entry.spec.number).EndObject();
  json.Field("phase", FaultPhaseName(entry.phase)).Field("duration_us", entry.duration.count());
  WriteTime(json, "created", entry.created);
  WriteTime(json, "prepared", entry.prepared);
  WriteTime(json, "ended", entry.ended);
  WriteTime(json, "undone", entry.undone);
  WriteTime(json, "limit", entry.limit);
  json.Field("message", entry.message).Key("plan");
  WritePlan(json, entry.plan);
  json.EndObject();
  return json.Take();
}

base::Result<JournalEntry> ParseEntry(std::string_view text, std::string_view file) {
  ASSIGN_OR_RETURN(const base::JsonDocument document, base::JsonDocument::Parse(text, file));
  return ReadEntry(document.root());
}

Journal::Journal(std::string directory, base::FileSystem& files)
    : directory_(std::move(directory)), files_(files) {}

base::Status Journal::Write(const JournalEntry& entry) {
  return files_.WriteFileAtomic(PathOf(entry.id), EntryToJson(entry));
}

base::Status Journal::MakeDirectory() { return files_.CreateDirectories(directory_); }

base::Result<JournalEntry> Journal::Read(const std::string& id) const {
  if (id.empty() || id.find('/') != std::string::npos || id.front() == '.')
    return base::Fail(base::InvalidArgument(fmt::format("'{}' is no id of a fault", id)));
  const std::string path = PathOf(id);
  if (!files_.Exists(path))
    return base::Fail(base::NotFound(fmt::format("there is no fault '{}' in {}", id, directory_)));
  ASSIGN_OR_RETURN(const std::string text, files_.ReadFile(path));
  ASSIGN_OR_RETURN(JournalEntry entry, ParseEntry(text, path));
  if (entry.id == id) return entry;
  return base::Fail(base::DataLoss(
      fmt::format("{}.id: expected the file's own name, found '{}'", path, entry.id)));
}

bool Journal::Has(const std::string& id) const { return files_.Exists(PathOf(id)); }

base::Result<Journal::Contents> Journal::ReadAll(const std::set<std::string>& except) const {
  Contents contents;
  const auto names = files_.ListDirectory(directory_);
  if (!names && names.error().code() == base::StatusCode::kNotFound) return contents;
  if (!names) return base::Fail(names.error());
  for (const std::string& name : *names) {
    if (!name.ends_with(kSuffix) || name.front() == '.') continue;
    const std::string id = name.substr(0, name.size() - kSuffix.size());
    if (except.contains(id)) continue;
    auto entry = Read(id);
    if (entry) {
      contents.entries.push_back(std::move(*entry));
    } else {
      contents.broken.push_back(entry.error().message());
    }
  }
  const auto age = [](const JournalEntry& entry) { return std::tie(entry.created, entry.id); };
  std::sort(contents.entries.begin(), contents.entries.end(),
            [&](const JournalEntry& a, const JournalEntry& b) { return age(a) < age(b); });
  return contents;
}

base::Result<Journal::Contents> Journal::All() const { return ReadAll({}); }

base::Result<Journal::Contents> Journal::Standing() const {
  std::set<std::string> known;
  {
    base::MutexLock lock(mutex_);
    known = undone_;
  }
  ASSIGN_OR_RETURN(Contents contents, ReadAll(known));
  for (const JournalEntry& entry : contents.entries) {
    if (entry.phase == FaultPhase::kUndone) known.insert(entry.id);
  }
  std::erase_if(contents.entries,
                [](const JournalEntry& entry) { return entry.phase == FaultPhase::kUndone; });
  base::MutexLock lock(mutex_);
  undone_.merge(known);
  return contents;
}

}  // namespace distdiag::inject

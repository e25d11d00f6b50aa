// Makes faults and undoes them, whatever happens in between.
//
// Why so: the guard (only injectable targets, bounds, no fault twice on a node), the journal (written and synced before each
// act) and the time limit hold for every driver and every caller: page, command line, drill, campaign.
//   planned ──Begin──► preparing ──► active ──End / time limit──► undoing ──► undone
// A failure on the way goes to undoing at once. UndoLeftovers() at start ends what a killed process left; the lab's keeper does
// the same for faults whose limit has passed while nobody ran.
// Thread: safe; long steps run on the caller's thread without a lock held.
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "base/status.h"
#include "inject/driver.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::inject {

enum class FaultPhase { kPlanned, kPreparing, kActive, kUndoing, kUndone, kUndoFailed };
std::string_view FaultPhaseName(
    FaultPhase phase);  // "planned" "preparing" "active" "undoing" "undone" "undo_failed"

// One fault's entry of the journal: <directory>/<id>.json, replaced atomically at every change of phase.
struct JournalEntry {
  std::string id;  // "f20261125T013000-n2-cpu": unique, sorts by time
  FaultSpec spec;
  FaultPlan plan;
  FaultPhase phase = FaultPhase::kPlanned;
  base::Timestamp created;
  std::optional<base::Timestamp> prepared;  // the fault began (start steps done)
  std::optional<base::Timestamp> ended;     // the fault ended (stop steps done)
  std::optional<base::Timestamp> undone;    // all is as before
  base::Timestamp limit;                    // undone at the latest from here on
  std::string message;                      // why it failed, empty = it did not
};

std::string EntryToJson(const JournalEntry& entry);
base::Result<JournalEntry> ParseEntry(std::string_view json, std::string_view file);

struct InjectorOptions {
  std::string journal_directory;
  base::Duration longest = std::chrono::minutes(10);  // no fault may last longer
};

class Injector {
 public:
  // `driver`, `files`, `clock` outlive it.
  Injector(InjectorOptions options, FaultDriver& driver, base::FileSystem& files,
           base::Clock& clock);

  FaultDriver& driver() { return driver_; }

  // What would be done, as journalled: nothing happens. Checks kind, node, number, duration.
  base::Result<JournalEntry> DryRun(const FaultSpec& spec, base::Duration duration)
      LOCKS_EXCLUDED(mutex_);
  // Journals, prepares and starts; on return the fault is at work. A failure has been undone. The limit counts from the
  // start. Several faults may be on at once, but not two of one kind on one node.
  base::Result<JournalEntry> Begin(const FaultSpec& spec, base::Duration duration)
      LOCKS_EXCLUDED(mutex_);
  // The two halves of Begin, for compound faults: all are prepared, then all start together.
  base::Result<JournalEntry> Prepare(const FaultSpec& spec, base::Duration duration)
      LOCKS_EXCLUDED(mutex_);
  base::Result<JournalEntry> StartPrepared(const std::string& id) LOCKS_EXCLUDED(mutex_);
  // Stops and restores; idempotent. An undo step that fails is tried again by the next End or UndoExpired.
  base::Result<JournalEntry> End(const std::string& id) LOCKS_EXCLUDED(mutex_);
  // Ends the fault but leaves restore for End (what was prepared, e.g. indexes, takes long to remove).
  base::Result<JournalEntry> StopOnly(const std::string& id) LOCKS_EXCLUDED(mutex_);

  // Undoes everything in the journal whose limit passed before `now` (all = also what is still within it). Call it at
  // start with all = true and then regularly. The ids that were undone or tried.
  std::vector<std::string> UndoLeftovers(bool all) LOCKS_EXCLUDED(mutex_);

  // Entries that are not undone yet / all of the journal, oldest first. A broken journal file is reported, never removed.
  base::Result<std::vector<JournalEntry>> Standing() const;
  base::Result<std::vector<JournalEntry>> All() const;

 private:
  // … the implementer's
  const InjectorOptions options_;
  FaultDriver& driver_;
  base::FileSystem& files_;
  base::Clock& clock_;
  mutable base::Mutex mutex_;
};

}  // namespace distdiag::inject

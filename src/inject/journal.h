// What faults there were and are: one file a fault, written and synced before anything is done.
#pragma once

#include "base/file_system.h"
#include "base/mutex.h"
#include "base/status.h"
#include "base/time.h"
#include "inject/fault.h"
#include "inject/step.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::inject {

enum class FaultPhase {
  kPlanned,    // nothing was done yet
  kPreparing,  // steps of `prepare` may have run
  kActive,     // steps of `start` may have run; the fault is at work from `prepared` on
  kUndoing,    // steps of `stop` and `restore` may have run
  kUndone,     // all is as before
  kUndoFailed  // an undo step failed; it is tried again
};
std::string_view FaultPhaseName(
    FaultPhase phase);  // "planned" "preparing" "active" "undoing" "undone" "undo_failed"

// One fault's entry of the journal: <directory>/<id>.json, replaced atomically at every change of phase. Thread: value.
struct JournalEntry {
  std::string
      id;  // "f20261125T013000-n2-cpu": unique, sorts by time; a kind of cluster scope says "all"
  FaultSpec spec;
  FaultPlan plan;
  FaultPhase phase = FaultPhase::kPlanned;
  base::Duration duration{};  // asked for, from the start on
  base::Timestamp created;
  std::optional<base::Timestamp> prepared;  // the fault began (start steps done)
  std::optional<base::Timestamp> ended;     // the fault ended (stop steps done)
  std::optional<base::Timestamp> undone;    // all is as before
  base::Timestamp limit;                    // undone at the latest from here on
  std::string message;                      // why it failed, empty = it did not

  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

std::string EntryToJson(const JournalEntry& entry);
// DataLoss "<file>.<key>: expected …, found …".
base::Result<JournalEntry> ParseEntry(std::string_view json, std::string_view file);

// Thread: safe for different entries; who writes one holds its JournalLock. Cost: All() reads every file, Standing() only
// those not yet known to be undone.
class Journal {
 public:
  struct Contents {
    std::vector<JournalEntry> entries;  // oldest first
    std::vector<std::string> broken;    // one sentence a file that can't be read
  };

  // `files` outlives it.
  Journal(std::string directory, base::FileSystem& files);

  base::Status MakeDirectory();
  base::Status Write(const JournalEntry& entry);
  base::Result<JournalEntry> Read(const std::string& id) const;
  bool Has(const std::string& id) const;
  // A directory that is not there is an empty journal.
  base::Result<Contents> All() const;
  base::Result<Contents> Standing() const LOCKS_EXCLUDED(mutex_);

 private:
  std::string PathOf(const std::string& id) const { return directory_ + "/" + id + ".json"; }
  base::Result<Contents> ReadAll(const std::set<std::string>& except) const;

  const std::string directory_;
  base::FileSystem& files_;
  mutable base::Mutex mutex_;
  mutable std::set<std::string> undone_
      GUARDED_BY(mutex_);  // ids: such an entry never changes again
};

}  // namespace distdiag::inject

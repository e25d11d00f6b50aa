// Makes faults and undoes them, whatever happens in between.
//
// Why so: the guard (only injectable targets, bounds, no fault twice on a node), the journal (written and synced before each
// act) and the time limit hold for every driver and every caller: page, command line, drill, campaign.
//   planned ──Begin──► preparing ──► active ──End / time limit──► undoing ──► undone
// A failure on the way goes to undoing at once. An undo step is tried three times, then the entry says undo_failed and is
// tried again with every UndoLeftovers(). UndoLeftovers() at start ends what a killed process left; the lab's keeper does
// the same for faults whose limit has passed while nobody ran.
// Thread: safe; long steps run on the caller's thread without a lock held.
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "base/mutex.h"
#include "base/status.h"
#include "inject/driver.h"
#include "inject/journal.h"
#include "inject/journal_lock.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace distdiag::inject {

struct InjectorOptions {
  std::string journal_directory;
  base::Duration longest = std::chrono::minutes(10);  // no fault may last longer
  // Asked before each step of a fault on its way to being at work (preparing may take minutes): true = it is undone at
  // once and the call returns Cancelled. Empty = never. From any thread that uses the injector.
  std::function<bool()> stop_asked = {};
};

class Injector {
 public:
  // `driver`, `files`, `clock` outlive it. Other processes are kept off by the journal's lock file.
  Injector(InjectorOptions options, FaultDriver& driver, base::FileSystem& files,
           base::Clock& clock);
  // For tests: with a lock of their own.
  Injector(InjectorOptions options, FaultDriver& driver, base::FileSystem& files,
           base::Clock& clock, std::unique_ptr<JournalLock> lock);

  FaultDriver& driver() { return driver_; }

  // What would be done, as journalled: nothing happens. Checks kind, node, number (0 = the kind's medium), duration.
  base::Result<JournalEntry> DryRun(const FaultSpec& spec, base::Duration duration);
  // Journals, prepares and starts; on return the fault is at work. A failure has been undone. The limit counts from the
  // start. Several faults may be on at once, but not two of one kind on one node. Refused while a file of the journal is
  // broken: what it names may still be at work.
  base::Result<JournalEntry> Begin(const FaultSpec& spec, base::Duration duration);
  // The two halves of Begin, for compound faults: all are prepared, then all start together.
  base::Result<JournalEntry> Prepare(const FaultSpec& spec, base::Duration duration);
  base::Result<JournalEntry> StartPrepared(const std::string& id);
  // Stops and restores; idempotent. An undo step that fails is tried again by the next End or UndoLeftovers.
  base::Result<JournalEntry> End(const std::string& id);
  // Ends the fault but leaves restore for End (what was prepared, e.g. indexes, takes long to remove).
  base::Result<JournalEntry> StopOnly(const std::string& id);

  // Undoes everything in the journal whose limit passed before `now` (all = also what is still within it). Call it at
  // start with all = true and then regularly. The ids that were undone or tried.
  std::vector<std::string> UndoLeftovers(bool all);

  // Entries that are not undone yet / all of the journal, oldest first. A broken journal file does not hide the others.
  base::Result<std::vector<JournalEntry>> Standing() const;
  base::Result<std::vector<JournalEntry>> All() const;
  // What is wrong with the journal, one sentence a file. A broken file is reported, never removed or written over.
  std::vector<std::string> Broken() const;

 private:
  base::Status Check(const FaultSpec& spec, base::Duration duration, FaultSpec& checked) const;
  base::Result<JournalEntry> Draft(const FaultSpec& spec, base::Duration duration);
  // Nothing of this kind stands on the node; the entry is written.
  base::Result<JournalEntry> Register(const FaultSpec& spec, base::Duration duration);
  base::Result<JournalEntry> Start(JournalEntry entry);
  // Each under the entry's lock and only while the journal still says `entry.phase`: Cancelled when somebody undoes it, or
  // when a stop is asked for.
  base::Status RunSteps(const JournalEntry& entry, const std::vector<Step>& steps);
  base::Status MoveTo(FaultPhase phase, JournalEntry& entry);
  // Undoes it; the failure to return.
  base::Result<JournalEntry> GiveUp(JournalEntry entry, const base::Status& why);
  // REQUIRES: the entry's lock is held and `entry` was read under it.
  base::Status Undo(JournalEntry& entry);
  base::Status RunUndoSteps(const std::vector<Step>& steps);
  bool Due(const JournalEntry& entry) const;

  const InjectorOptions options_;
  FaultDriver& driver_;
  base::Clock& clock_;
  const std::unique_ptr<JournalLock> lock_;
  Journal journal_;
  base::Mutex mutex_;  // one registration at a time
};

}  // namespace distdiag::inject

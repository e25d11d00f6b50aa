// What is wrong with DistDiag itself while it goes on: told on the status page, counted on /metrics, written to the log.
//
// Why so: bad input in a running server must neither stop it nor pass unseen; every refusal goes through here.
// Thread: safe.
#pragma once

#include "base/clock.h"
#include "base/mutex.h"
#include "base/self_metrics.h"
#include "serve/live_state.h"

#include <map>
#include <string>
#include <vector>

namespace distdiag::engine {

class NoticeBoard {
 public:
  // Both outlive the board.
  NoticeBoard(base::Clock& clock, base::SelfMetrics& metrics) : clock_(clock), metrics_(metrics) {}

  // `code`: one of few words ("store_write_failed", "sample_rejected"); `text`: what was expected and found.
  void Report(const std::string& code, const std::string& text) LOCKS_EXCLUDED(mutex_);
  // Newest first, one a code.
  std::vector<serve::Notice> List() const LOCKS_EXCLUDED(mutex_);

 private:
  base::Clock& clock_;
  base::SelfMetrics& metrics_;

  mutable base::Mutex mutex_;
  std::map<std::string, serve::Notice> by_code_ GUARDED_BY(mutex_);
};

}  // namespace distdiag::engine

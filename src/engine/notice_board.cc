#include "engine/notice_board.h"

#include "base/logging.h"

#include <algorithm>

namespace distdiag::engine {

void NoticeBoard::Report(const std::string& code, const std::string& text) {
  const base::Timestamp now = clock_.Now();
  bool first = false;
  {
    base::MutexLock lock(mutex_);
    serve::Notice& notice = by_code_[code];
    first = (notice.count & (notice.count + 1)) == 0;  // the 1st, 2nd, 4th, 8th …
    notice = {.time = now, .code = code, .text = text, .count = notice.count + 1};
  }
  metrics_
      .GetCounter("distdiag_notices_total", "Troubles of DistDiag itself, by kind",
                  {{"code", code}})
      .Add();
  // Repetitions are counted, not logged: a full disk must not fill the log too.
  if (first) base::Log(base::LogLevel::kWarning, code, {{"text", text}});
}

std::vector<serve::Notice> NoticeBoard::List() const {
  std::vector<serve::Notice> notices;
  {
    base::MutexLock lock(mutex_);
    for (const auto& [code, notice] : by_code_) notices.push_back(notice);
  }
  std::stable_sort(notices.begin(), notices.end(),
                   [](const auto& a, const auto& b) { return a.time > b.time; });
  return notices;
}

}  // namespace distdiag::engine

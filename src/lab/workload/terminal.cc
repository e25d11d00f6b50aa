#include "lab/workload/terminal.h"

#include <algorithm>
#include <utility>

namespace distdiag::lab {
namespace {

using std::chrono::milliseconds;

constexpr base::Duration kFirstPause = milliseconds(20), kLongestPause = milliseconds(500);
constexpr base::Duration kBetweenConnects = milliseconds(500);
constexpr base::Duration kOffDuty =
    milliseconds(200);  // how often a terminal asks whether it is its turn

// Counts what goes through it.
class MeteredSession final : public Session {
 public:
  MeteredSession(Session& session, ClientMeter& meter) : session_(session), meter_(meter) {}

  base::Result<sql::ResultSet> Run(StatementKind kind, const std::string& statement) override {
    auto result = session_.Run(kind, statement);
    if (result) meter_.Statement(kind);
    return result;
  }
  bool broken() const override { return session_.broken(); }

 private:
  Session& session_;
  ClientMeter& meter_;
};

}  // namespace

Terminal::Terminal(const TerminalOptions& options, std::unique_ptr<Workload> workload,
                   SessionOpener open_session, base::Random random)
    : options_(options),
      workload_(std::move(workload)),
      open_session_(std::move(open_session)),
      random_(random) {}

bool Terminal::Connected(ClientMeter& meter, base::Clock& clock, base::StopSignal& stop) {
  while (session_ == nullptr && !stop.requested()) {
    auto opened = open_session_();
    if (opened) {
      session_ = std::move(opened).value();
      if (std::exchange(lost_, false)) meter.Reconnect();
    } else {
      clock.SleepUntil(clock.Now() + kBetweenConnects, stop);
    }
  }
  return session_ != nullptr;
}

void Terminal::RunOne(ClientMeter& meter, base::Clock& clock, base::StopSignal& stop) {
  workload_->Plan();
  const base::Timestamp began = clock.Now();
  base::Duration pause{0};
  while (Connected(meter, clock, stop) && !stop.requested()) {
    MeteredSession session(*session_, meter);
    const auto end = workload_->Run(session);
    if (end) {
      if (*end == TransactionEnd::kRolledBack) meter.Error();
      meter.Transaction(clock.Now() - began);
      return;
    }
    if (!session.broken()) {
      meter.Error();
      // Where this breaks the connection too, the check below sees it; any other failure shows at the next BEGIN.
      static_cast<void>(session.Run(StatementKind::kControl, "ROLLBACK"));
    }
    if (session.broken()) {
      session_.reset();
      lost_ = true;
    }
    if (pause > base::Duration::zero()) clock.SleepUntil(clock.Now() + pause, stop);
    pause = std::clamp(2 * pause, kFirstPause, kLongestPause);
  }
}

base::Timestamp Terminal::NextStart(base::Timestamp last_start, base::Timestamp now) {
  const double level = options_.level == nullptr ? 1 : options_.level->load();
  const double factor = PaceFactor(options_.shape, now) * level;
  if (options_.pace.rate > 0) {
    const double terminals =
        std::max(1, ActiveTerminals(options_.shape, now - options_.load_began));
    return std::max(now, last_start + base::FromSeconds(terminals / (options_.pace.rate * factor)));
  }
  const base::Duration think =
      RandomThinkTime(random_, options_.pace.think, options_.pace.think_mean);
  return now + base::FromSeconds(base::ToSeconds(think) / factor);
}

void Terminal::Run(ClientMeter& meter, base::Clock& clock, base::StopSignal& stop) {
  // Not all at once: the first pause is a part of a usual one.
  base::Timestamp start = clock.Now();
  start += base::FromSeconds(base::ToSeconds(NextStart(start, start) - start) * random_.NextUnit());
  while (clock.SleepUntil(start, stop)) {
    const base::Timestamp now = clock.Now();
    if (options_.number >= ActiveTerminals(options_.shape, now - options_.load_began)) {
      session_.reset();
      start = now + kOffDuty;
      continue;
    }
    RunOne(meter, clock, stop);
    start = NextStart(start, clock.Now());
  }
  session_.reset();
}

}  // namespace distdiag::lab

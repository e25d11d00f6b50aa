#include "lab/workload/load.h"

#include "base/logging.h"

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace distdiag::lab {
namespace {

// When in each second of the clock the report is written: a collector reads it shortly before the full one, and on a busy
// machine either may come late.
constexpr base::Duration kReportPhase = std::chrono::milliseconds(700);
constexpr base::Duration kStopLimit = std::chrono::seconds(1);
constexpr base::Duration kStopPoll = std::chrono::milliseconds(10);

base::Timestamp NextReport(base::Timestamp after) {
  const base::Timestamp second = std::chrono::floor<std::chrono::seconds>(after);
  const base::Timestamp in_this = second + kReportPhase;
  return in_this > after ? in_this : in_this + std::chrono::seconds(1);
}

}  // namespace

// Owned by the load and by each of its threads: a terminal whose statement hangs may outlive the load.
class Load::Shared {
 public:
  Shared(LoadOptions options, base::Clock& clock) : options_(std::move(options)), clock_(clock) {}

  void RunTerminal(int number);
  void RunReporter();
  void Start(const std::shared_ptr<Shared>& self);
  LoadEnd Stop();

 private:
  void Report(base::Timestamp began, base::Timestamp now);

  std::atomic<double> level_{1};
  const LoadOptions options_;
  base::Clock& clock_;
  base::Timestamp began_;
  base::StopSignal stop_;
  ClientMeter meter_;
  std::atomic<int> terminals_running_{0};
  std::vector<std::thread> terminals_;
  std::thread reporter_;
};

void Load::Shared::RunTerminal(int number) {
  base::Random seeds(options_.seed + 1000 * static_cast<std::uint64_t>(number));
  auto workload = MakeWorkload({.kind = options_.workload,
                                .warehouses = options_.warehouses,
                                .home_warehouse = options_.home_warehouse,
                                .terminal = number},
                               base::Random(seeds.Next()));
  Terminal terminal({.number = number,
                     .shape = options_.shape,
                     .pace = options_.pace,
                     .load_began = began_,
                     .level = &level_},
                    std::move(workload), options_.open_session, base::Random(seeds.Next()));
  terminal.Run(meter_, clock_, stop_);
  --terminals_running_;
}

void Load::Shared::Report(base::Timestamp began, base::Timestamp now) {
  const std::string text =
      WriteClientReport({.node = options_.node,
                         .threads = ActiveTerminals(options_.shape, now - began_),
                         .time = now,
                         .length = now - began,
                         .window = meter_.Take()});
  if (const base::Status status = options_.report(text); !status.ok()) {
    base::Log(base::LogLevel::kWarning, "client_report_not_written",
              {{"node", options_.node}, {"error", status.message()}});
  }
}

void Load::Shared::RunReporter() {
  base::Timestamp last = clock_.Now();
  while (clock_.SleepUntil(NextReport(last), stop_)) {
    const base::Timestamp now = clock_.Now();
    if (now > last && options_.report) Report(last, now);
    if (options_.level) level_ = options_.level();
    last = now;  // also when the clock was set back
  }
}

void Load::Shared::Start(const std::shared_ptr<Shared>& self) {
  began_ = clock_.Now();
  const int count = MostTerminals(options_.shape);
  terminals_running_ = count;
  for (int number = 0; number < count; ++number)
    terminals_.emplace_back([self, number] { self->RunTerminal(number); });
  if (options_.report || options_.level) reporter_ = std::thread([self] { self->RunReporter(); });
}

LoadEnd Load::Shared::Stop() {
  stop_.Request();
  if (reporter_.joinable()) reporter_.join();
  base::StopSignal never;
  const base::Timestamp deadline = clock_.Now() + kStopLimit;
  while (terminals_running_ > 0 && clock_.Now() < deadline)
    clock_.SleepUntil(clock_.Now() + kStopPoll, never);
  const bool hang = terminals_running_ > 0;
  for (std::thread& terminal : terminals_) {
    if (hang) {
      terminal.detach();
    } else {
      terminal.join();
    }
  }
  terminals_.clear();
  return hang ? LoadEnd::kStatementsHang : LoadEnd::kAllEnded;
}

Load::Load(LoadOptions options, base::Clock& clock)
    : shared_(std::make_shared<Shared>(std::move(options), clock)) {}

Load::~Load() = default;

void Load::Start() { shared_->Start(shared_); }

LoadEnd Load::Stop() { return shared_->Stop(); }

}  // namespace distdiag::lab

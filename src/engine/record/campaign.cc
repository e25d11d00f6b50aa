#include "engine/record/campaign.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

constexpr double kLongestSettleSeconds = 60;
constexpr int kCalmTicks = 4;

float ValueOf(const domain::NodeSamples& node, std::string_view metric) {
  const auto id = domain::FindMetric(metric);
  for (const domain::MetricValue& value : node.values) {
    if (id && value.metric == *id) return value.value;
  }
  return std::nanf("");
}

std::string FaultsText(const PlannedCase& planned) {
  if (planned.faults.empty()) return "no fault";
  std::vector<std::string> texts;
  for (const inject::FaultSpec& fault : planned.faults)
    texts.push_back(fmt::format("{} {} {:g}", fault.node.empty() ? "all" : fault.node, fault.kind,
                                fault.number));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string Minutes(double seconds) { return fmt::format("{:.0f} min", std::ceil(seconds / 60)); }

}  // namespace

Campaign::Campaign(CampaignDeps deps, domain::Topology topology)
    : deps_(std::move(deps)), topology_(std::move(topology)) {}

void Campaign::Watch() {
  while (auto tick = deps_.source.Next(deps_.stop)) {
    const std::optional<double> outside = deps_.ground.OutsideCpuSeconds();
    base::MutexLock lock(mutex_);
    if (outside) outside_.push_back({tick->samples.time, *outside});
    newest_ = tick->samples;
    if (diagnosing_) deps_.live->Note(tick->samples);
    fresh_.push_back(std::move(tick->samples));
  }
}

bool Campaign::Wait(double seconds) {
  return deps_.clock.SleepUntil(deps_.clock.Now() + base::FromSeconds(seconds), deps_.stop);
}

// No flow control, no queue at a disk, no statements that pile up, every terminal at work. The numbers are those that
// separated calm from recovering in the recordings. What a database does not have is calm.
bool Campaign::Calm(const domain::TickSamples& samples) const {
  return std::all_of(samples.nodes.begin(), samples.nodes.end(), [](const auto& node) {
    return ValueOf(node, "c_tps") > 5 && ValueOf(node, "h_disk_queue") < 4 &&
           !(ValueOf(node, "d_wsrep_flow_control_paused_ns") >= 5e7) &&
           !(ValueOf(node, "d_Threads_running") >= 6) && !(ValueOf(node, "o_active_sessions") >= 6);
  });
}

double Campaign::Settle() {
  const base::Timestamp began = deps_.clock.Now();
  int calm = 0;
  while (calm < kCalmTicks && base::ToSeconds(deps_.clock.Now() - began) < kLongestSettleSeconds) {
    if (!Wait(1)) break;
    base::MutexLock lock(mutex_);
    calm = newest_ && Calm(*newest_) ? calm + 1 : 0;
  }
  return base::ToSeconds(deps_.clock.Now() - began);
}

std::optional<double> Campaign::OutsideCores(const CaseInfo& info) {
  base::MutexLock lock(mutex_);
  std::vector<double> cores;
  for (std::size_t i = 1; i < outside_.size(); ++i) {
    const double seconds = base::ToSeconds(outside_[i].time - outside_[i - 1].time);
    if (outside_[i].time < info.start || outside_[i].time > info.end || seconds <= 0) continue;
    cores.push_back((outside_[i].cpu_seconds - outside_[i - 1].cpu_seconds) / seconds);
  }
  if (cores.empty()) return std::nullopt;
  std::nth_element(cores.begin(), cores.begin() + static_cast<std::ptrdiff_t>(cores.size() / 2),
                   cores.end());
  return std::max(0.0, cores[cores.size() / 2]);
}

base::Status Campaign::MakeFaults(const PlannedCase& planned, double fault_s, CaseInfo& info) {
  std::vector<std::string> ids;
  std::vector<inject::JournalEntry> entries;
  base::Status failed;
  // The limit leaves room for compound faults that are prepared one after the other.
  const base::Duration limit = base::FromSeconds(fault_s + 120);
  for (const inject::FaultSpec& spec : planned.faults) {
    auto entry = deps_.injector.Prepare(spec, limit);
    if (!entry) {
      failed = entry.error();
      break;
    }
    ids.push_back(entry->id);
    entries.push_back(std::move(*entry));
  }
  // What was prepared later may lie on what was prepared before.
  const std::vector<std::string> last_first(ids.rbegin(), ids.rend());
  if (failed.ok()) {
    for (const std::string& id : ids) {
      if (const auto started = deps_.injector.StartPrepared(id); !started && failed.ok())
        failed = started.error();
    }
    info.anomaly_start = deps_.clock.Now();
    if (failed.ok() && !Wait(fault_s)) failed = base::Cancelled("stopped");
    info.anomaly_end = deps_.clock.Now();
    for (const std::string& id : last_first) {
      const auto stopped = deps_.injector.StopOnly(id);
      if (!stopped && failed.ok()) failed = stopped.error();
      if (stopped && stopped->ended && *stopped->ended < *info.anomaly_end && failed.ok())
        failed = base::FailedPrecondition(
            fmt::format("{}: expected it at work until now, found it ended by somebody else", id));
    }
    // A node that was down is part of the fault until it has rejoined.
    if (std::any_of(planned.faults.begin(), planned.faults.end(),
                    [](const inject::FaultSpec& spec) { return spec.kind == "crash"; }))
      info.anomaly_end = deps_.clock.Now();
    info.recovered = deps_.clock.Now();
  }
  for (const std::string& id : last_first) {
    if (const auto ended = deps_.injector.End(id); !ended && failed.ok()) failed = ended.error();
  }
  info.labels = LabelsOf(entries, deps_.injector.driver().Kinds(), topology_);
  return failed;
}

base::Status Campaign::RecordCase(const PlannedCase& planned, double settle_s,
                                  CampaignResult& result) {
  CaseInfo info;
  info.id = planned.id;
  info.scenario = planned.scenario;
  info.rep = planned.rep;
  info.load = planned.load;
  info.settle_s = settle_s;
  info.start = deps_.clock.Now();
  if (deps_.live != nullptr) {
    base::MutexLock lock(mutex_);
    RETURN_IF_ERROR(deps_.live->Begin());
    diagnosing_ = true;
  }
  if (!Wait(planned.faults.empty() ? 2 * plan_.normal_s : plan_.normal_s))
    return base::Cancelled("stopped");
  info.normal_end = deps_.clock.Now();
  info.recovered = info.normal_end;
  if (!planned.faults.empty()) RETURN_IF_ERROR(MakeFaults(planned, plan_.fault_s, info));
  if (!Wait(plan_.recover_s)) return base::Cancelled("stopped");
  Settle();
  info.end = deps_.clock.Now();
  if (planned.faults.empty()) info.normal_end = info.recovered = info.end;
  info.outside_cores = OutsideCores(info);
  {
    base::MutexLock lock(mutex_);
    for (domain::TickSamples& tick : fresh_) deps_.writer.Note(tick);
    fresh_.clear();
  }
  deps_.writer.DropBefore(info.start);
  RETURN_IF_ERROR(deps_.writer.Write(info));
  RETURN_IF_ERROR(FinishVerdicts(info.end));
  ++result.recorded;
  const bool disturbed = info.outside_cores.value_or(0) > kMostOutsideCores;
  if (disturbed) ++result.disturbed;
  deps_.say(fmt::format(
      "    recorded {} in {:.0f} s; outside the lab {} cores{}", info.id,
      base::ToSeconds(info.end - info.start),
      info.outside_cores ? fmt::format("{:.2f}", *info.outside_cores) : std::string("unknown"),
      disturbed ? ": DISTURBED (more than 0.2)" : ""));
  return base::OkStatus();
}

base::Status Campaign::FinishVerdicts(base::Timestamp end) {
  if (deps_.live == nullptr) return base::OkStatus();
  std::string text;
  {
    base::MutexLock lock(mutex_);
    diagnosing_ = false;
    text = deps_.live->Text(end);
  }
  return deps_.files->WriteFileAtomic(deps_.verdicts_path, text);
}

base::Result<CampaignResult> Campaign::Run(const CampaignPlan& plan) {
  plan_ = plan;
  ASSIGN_OR_RETURN(const std::vector<std::string> written, deps_.writer.WrittenCases());
  const auto cases =
      CasesOf(plan, deps_.injector.driver().Targets(), deps_.injector.driver().Kinds());
  CampaignResult result;
  std::jthread watcher([this] { Watch(); });
  const base::Timestamp began = deps_.clock.Now();
  std::size_t done = 0, turned = 0;
  base::Status broken;
  for (const PlannedCase& planned : cases) {
    ++turned;
    if (std::find(written.begin(), written.end(), planned.id) != written.end()) {
      ++result.skipped;
      continue;
    }
    const double a_case =
        done == 0 ? plan.normal_s + plan.fault_s + plan.recover_s + 20
                  : base::ToSeconds(deps_.clock.Now() - began) / static_cast<double>(done);
    deps_.say(fmt::format("[{}/{}] {}: {}; about {} left", turned, cases.size(), planned.id,
                          FaultsText(planned),
                          Minutes(a_case * static_cast<double>(cases.size() - turned + 1))));
    broken = deps_.ground.SetLoad(planned.load);
    if (broken.ok()) broken = deps_.ground.Repair();
    const double settle_s = broken.ok() ? Settle() : 0;
    if (broken.ok() && deps_.stop.requested()) broken = base::Cancelled("stopped");
    if (!broken.ok()) break;
    const base::Status recorded = RecordCase(planned, settle_s, result);
    ++done;
    if (recorded.ok()) continue;
    if (deps_.stop.requested()) {
      broken = base::Cancelled("stopped; what is recorded stays");
      break;
    }
    ++result.failed;
    deps_.say(fmt::format("    FAILED {}: {}", planned.id, recorded.message()));
  }
  deps_.stop.Request();
  watcher.join();
  const base::Status usual = deps_.ground.SetLoad(1);
  if (broken.ok()) broken = usual;
  if (!broken.ok()) return base::Fail(broken);
  return result;
}

}  // namespace distdiag::engine

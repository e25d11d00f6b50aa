#include "engine/detector_desk.h"

#include "detect/detector_plan.h"

#include <utility>

#include <fmt/format.h>

namespace distdiag::engine {
namespace {

// For how many series, of those that can alarm, each definition decides: the last one of its kind that fits; rules each for themselves.
std::vector<std::size_t> CountSeries(const domain::DetectorDefinitions& definitions,
                                     const domain::Topology& topology,
                                     const domain::SeriesLayout& layout) {
  std::vector<std::size_t> counts(definitions.size(), 0);
  for (const domain::Node& node : topology.nodes) {
    for (std::size_t column = 0; column < layout.column_count(); ++column) {
      std::map<domain::DetectorKind, std::size_t> deciding;
      for (std::size_t i = 0; i < definitions.size(); ++i) {
        if (!detect::CanAlarm(definitions[i].kind, layout.metric(column)) ||
            !domain::Fits(definitions[i], layout.metric(column), node.name))
          continue;
        if (definitions[i].kind == domain::DetectorKind::kRule) {
          ++counts[i];
        } else {
          deciding[definitions[i].kind] = i;
        }
      }
      for (const auto& [kind, i] : deciding) ++counts[i];
    }
  }
  return counts;
}

}  // namespace

DetectorDesk::DetectorDesk(BacktestSubject subject, store::DetectorRepository& versions,
                           const store::WindowStore& window, base::Clock& clock)
    : subject_(std::move(subject)), versions_(versions), window_(window), clock_(clock) {
  current_.cluster = subject_.topology.cluster;
  current_.definitions = domain::ShippedDetectors();
}

base::Status DetectorDesk::Load() {
  ASSIGN_OR_RETURN_STATUS(auto newest, versions_.Newest(cluster()));
  if (!newest) return base::OkStatus();
  base::Status usable = domain::CheckDetectors(newest->definitions);
  if (!usable.ok()) {
    usable = base::InvalidArgument(
        fmt::format("the shipped detectors are at work, for version {} can't be used any more: {}",
                    newest->id, usable.message()));
    newest->definitions = domain::ShippedDetectors();
    newest->author = "DistDiag";
    newest->reason = usable.message();
  }
  base::MutexLock lock(mutex_);
  current_ = std::move(*newest);
  changed_ = usable.ok();
  return usable;
}

std::optional<domain::DetectorDefinitions> DetectorDesk::TakeChange() {
  if (!changed_.exchange(false)) return std::nullopt;
  base::MutexLock lock(mutex_);
  return current_.definitions;
}

serve::DetectorState DetectorDesk::StateOf(store::DetectorVersion version) const {
  serve::DetectorState state;
  state.series = CountSeries(version.definitions, subject_.topology, subject_.layout);
  state.version = std::move(version);
  return state;
}

base::Result<serve::DetectorState> DetectorDesk::Current() const {
  store::DetectorVersion version;
  {
    base::MutexLock lock(mutex_);
    version = current_;
  }
  return StateOf(std::move(version));
}

base::Result<serve::DetectorState> DetectorDesk::Store(store::DetectorVersion version,
                                                       std::int64_t base) {
  ASSIGN_OR_RETURN(version, versions_.Add(std::move(version), base));
  {
    base::MutexLock lock(mutex_);
    // Of two that were stored one after the other the later one stands, whoever comes here first.
    if (version.id > current_.id) current_ = version;
  }
  changed_ = true;
  return StateOf(std::move(version));
}

base::Result<serve::DetectorState> DetectorDesk::Submit(const serve::DetectorChange& change) {
  RETURN_FAIL_IF_ERROR(domain::CheckDetectors(change.definitions));
  return Store({.id = 0,
                .cluster = cluster(),
                .time = clock_.Now(),
                .author = change.author,
                .reason = change.reason,
                .definitions = change.definitions},
               change.base_version);
}

base::Result<std::vector<store::DetectorVersion>> DetectorDesk::Versions(int limit) const {
  return versions_.List(cluster(), limit);
}

base::Result<serve::DetectorState> DetectorDesk::Restore(std::int64_t version,
                                                         const std::string& author,
                                                         const std::string& reason) {
  store::DetectorVersion again;
  again.definitions = domain::ShippedDetectors();
  if (version != 0) {
    ASSIGN_OR_RETURN(again, versions_.Get(cluster(), version));
  }
  RETURN_FAIL_IF_ERROR(domain::CheckDetectors(again.definitions));
  again.id = 0;
  again.cluster = cluster();
  again.time = clock_.Now();
  again.author = author;
  again.reason = reason;
  std::int64_t base = 0;
  {
    base::MutexLock lock(mutex_);
    base = current_.id;
  }
  return Store(std::move(again), base);
}

base::Result<domain::Backtest> DetectorDesk::Preview(const domain::DetectorDefinitions& definitions,
                                                     base::Timestamp from, base::Timestamp to) {
  RETURN_FAIL_IF_ERROR(domain::CheckDetectors(definitions));
  if (previewing_.exchange(true))
    return base::Fail(
        base::FailedPrecondition("another preview is running: try again in a moment"));
  domain::DetectorDefinitions before;
  {
    base::MutexLock lock(mutex_);
    before = current_.definitions;
  }
  auto backtest = RunBacktest(subject_, HistoryOf(window_.Copy(from, to), subject_.layout), before,
                              definitions);
  previewing_ = false;
  return backtest;
}

}  // namespace distdiag::engine

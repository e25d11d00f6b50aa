#include "detect/peer/peer_detector.h"

#include "detect/metric_sense.h"
#include "detect/peer/dbscan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace distdiag::detect {
namespace {

constexpr double kSpreadFloor =
    0.05;  // smallest spread, as a share of the peers' median: closer is alike

double MedianOf(std::vector<double> values) {
  const std::size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle),
                   values.end());
  const double upper = values[middle];
  if (values.size() % 2 == 1) return upper;
  return 0.5 * (upper + *std::max_element(values.begin(),
                                          values.begin() + static_cast<std::ptrdiff_t>(middle)));
}

// What a node is compared with. Of two peers the nearer one: their median lies between them, so a single bad peer would make
// the healthy node look bad; a node is unlike its peers when it is unlike both.
double ReferenceOf(std::vector<double> peers, double as_usual) {
  if (peers.size() != 2) return MedianOf(std::move(peers));
  return std::abs(peers[0] - as_usual) <= std::abs(peers[1] - as_usual) ? peers[0] : peers[1];
}

constexpr std::array kRoles = {domain::NodeRole::kUnknown, domain::NodeRole::kLeader,
                               domain::NodeRole::kFollower};

bool AreCompared(domain::NodeRole a, domain::NodeRole b) {
  return a == b || a == domain::NodeRole::kUnknown || b == domain::NodeRole::kUnknown;
}

// Mean of the newest ticks; NaN when none has a value.
double ShortMean(const domain::WindowView& window, domain::NodeIndex node, std::size_t column) {
  double sum = 0;
  int count = 0;
  for (std::size_t tick = 0; tick < window.tick_count(); ++tick) {
    const double value = window.at(tick, node, column);
    if (!std::isfinite(value)) continue;
    sum += std::clamp(value, -kLargestValue, kLargestValue);
    count += 1;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

struct PeerDetector::Column {
  std::vector<std::size_t> nodes;  // with a value
  std::vector<double> values;
  std::vector<double> reference;  // the peers' median, by position
  std::vector<double> distance;   // value - reference - usual distance
};

PeerDetector::PeerDetector(PeerOptions options)
    : sets_{options},
      longest_average_(options.average_ticks),
      density_from_(options.density_from) {}

void PeerDetector::Use(const ParameterChoice& choice) {
  sets_.clear();
  longest_average_ = 1;
  density_from_ = 0;
  for (const std::vector<double>& values : choice.sets) {
    // In the order of domain::ParametersOf(kPeer).
    sets_.push_back({.average_ticks = static_cast<int>(values[3]),
                     .density_from = static_cast<std::size_t>(values[7]),
                     .eps_spreads = values[1],
                     .min_points = static_cast<std::size_t>(values[8]),
                     .distance_spreads = values[0],
                     .follow = values[4],
                     .warm_up_ticks = static_cast<int>(values[5]),
                     .persist_ticks = static_cast<int>(values[2]),
                     .accept_ticks = static_cast<int>(values[6])});
    longest_average_ = std::max(longest_average_, sets_.back().average_ticks);
    density_from_ = std::max(density_from_, sets_.back().density_from);
  }
  set_of_series_ = choice.IsOneForAll() ? std::vector<std::uint16_t>() : choice.of_series;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    if (choice.of_series[i] == ParameterChoice::kUnwatched) series_[i] = Forgotten();
  }
}

// A metric's definition is the same for all its nodes: the first one's series tells.
const PeerOptions* PeerDetector::OptionsOf(std::size_t column) const {
  const std::size_t set = set_of_series_.empty() ? 0 : set_of_series_[column];
  return set == ParameterChoice::kUnwatched ? nullptr : &sets_[set];
}

std::vector<domain::Alarm> PeerDetector::Observe(const domain::WindowView& window,
                                                 Learning learning) {
  std::vector<domain::Alarm> alarms;
  if (window.empty()) return alarms;
  series_.resize(window.layout().series_count());
  for (const domain::NodeIndex node : std::exchange(new_peers_, {})) {
    for (std::size_t column = 0; column < window.layout().column_count(); ++column)
      series_[window.layout().series(node, column)] = Forgotten();
  }
  for (std::size_t column = 0; column < window.layout().column_count(); ++column) {
    if (!CanAlarm(domain::DetectorKind::kPeer, window.layout().metric(column))) continue;
    const PeerOptions* options = OptionsOf(column);
    if (options == nullptr) continue;
    const auto average = static_cast<std::size_t>(options->average_ticks);
    ObserveColumn(*options, window.Last(average), column, learning, alarms);
  }
  std::sort(alarms.begin(), alarms.end(), [](const domain::Alarm& a, const domain::Alarm& b) {
    return std::tie(a.node, a.metric) < std::tie(b.node, b.metric);
  });
  return alarms;
}

void PeerDetector::Reset() {
  series_.clear();
  roles_.clear();
  new_peers_.clear();
}

void PeerDetector::Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) {
  ForgetSeries(layout, choice, Forgotten(), series_);
}

void PeerDetector::SetRoles(std::span<const domain::NodeRole> roles) {
  std::vector<domain::NodeRole> before(roles.size(), domain::NodeRole::kUnknown);
  for (std::size_t n = 0; n < roles.size(); ++n) before[n] = RoleOf(n);
  roles_.assign(roles.begin(), roles.end());
  if (before == roles_) return;
  const auto peers_by = [&](const std::vector<domain::NodeRole>& by, std::size_t n) {
    std::vector<std::size_t> peers;
    for (std::size_t other = 0; other < by.size(); ++other) {
      if (other != n && AreCompared(by[n], by[other])) peers.push_back(other);
    }
    return peers;
  };
  for (std::size_t n = 0; n < roles_.size(); ++n) {
    const std::vector<std::size_t> peers = peers_by(roles_, n);
    // One peer more or less of many hardly moves their median.
    const bool are_few = peers.size() + 1 < density_from_;
    if (before[n] != roles_[n] || (are_few && peers != peers_by(before, n)))
      new_peers_.push_back(domain::NodeIndex(static_cast<std::uint32_t>(n)));
  }
}

PeerDetector::Column PeerDetector::Compare(const PeerOptions& options,
                                           const domain::WindowView& recent, std::size_t column,
                                           domain::NodeRole role) const {
  const domain::SeriesLayout& layout = recent.layout();
  Column now;
  for (std::size_t node = 0; node < layout.node_count(); ++node) {
    if (!AreCompared(RoleOf(node), role)) continue;
    const double value =
        ShortMean(recent, domain::NodeIndex(static_cast<std::uint32_t>(node)), column);
    if (std::isnan(value)) continue;
    now.nodes.push_back(node);
    now.values.push_back(value);
  }
  if (now.values.size() < 2) return now;
  // With many nodes the median hardly depends on one of them, and one median serves all.
  const bool many = now.values.size() >= options.density_from;
  const double median = many ? MedianOf(now.values) : 0;
  for (std::size_t i = 0; i < now.values.size(); ++i) {
    const Series& series =
        series_[layout.series(domain::NodeIndex(static_cast<std::uint32_t>(now.nodes[i])), column)];
    if (many) {
      now.reference.push_back(median);
    } else {
      std::vector<double> peers = now.values;
      peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(i));
      now.reference.push_back(ReferenceOf(std::move(peers), now.values[i] - series.usual));
    }
    now.distance.push_back(now.values[i] - now.reference[i] - series.usual);
  }
  return now;
}

// How far each node lies beyond its limit, in limits; 0 = within.
std::vector<double> PeerDetector::Beyond(const PeerOptions& options,
                                         const domain::WindowView& recent, std::size_t column,
                                         const Column& now) const {
  const domain::SeriesLayout& layout = recent.layout();
  const double least = LeastChange(layout.metric(column));
  std::vector<double> spreads;
  for (std::size_t i = 0; i < now.nodes.size(); ++i) {
    const Series& series =
        series_[layout.series(domain::NodeIndex(static_cast<std::uint32_t>(now.nodes[i])), column)];
    spreads.push_back(std::max(series.spread, kSpreadFloor * std::abs(now.reference[i])));
  }
  std::vector<double> beyond(now.nodes.size(), 0.0);
  if (now.nodes.size() >= options.density_from) {
    const double eps = std::max(options.eps_spreads * MedianOf(spreads), least);
    const std::vector<double> noise = NoiseDistance(now.distance, eps, options.min_points);
    for (std::size_t i = 0; i < noise.size(); ++i) {
      if (noise[i] > 0) beyond[i] = eps > 0 ? noise[i] / eps : std::numeric_limits<double>::max();
    }
    return beyond;
  }
  for (std::size_t i = 0; i < now.nodes.size(); ++i) {
    const double limit = std::max(options.distance_spreads * spreads[i], least);
    const double distance = std::abs(now.distance[i]);
    if (distance > limit)
      beyond[i] = limit > 0 ? (distance - limit) / limit : std::numeric_limits<double>::max();
  }
  return beyond;
}

void PeerDetector::ObserveColumn(const PeerOptions& options, const domain::WindowView& recent,
                                 std::size_t column, Learning learning,
                                 std::vector<domain::Alarm>& alarms) {
  for (const domain::NodeRole role : kRoles) {
    bool is_there = false;
    for (std::size_t n = 0; n < recent.layout().node_count(); ++n)
      is_there = is_there || RoleOf(n) == role;
    if (is_there) ObserveRole(options, recent, column, role, learning, alarms);
  }
}

void PeerDetector::ObserveRole(const PeerOptions& options, const domain::WindowView& recent,
                               std::size_t column, domain::NodeRole role, Learning learning,
                               std::vector<domain::Alarm>& alarms) {
  const Column now = Compare(options, recent, column, role);
  if (now.values.size() < 2) return;
  const std::vector<double> beyond = Beyond(options, recent, column, now);
  const domain::SeriesLayout& layout = recent.layout();
  const domain::MetricId metric = layout.metric(column);
  const base::Timestamp time = recent.time(recent.tick_count() - 1);
  for (std::size_t i = 0; i < now.nodes.size(); ++i) {
    if (RoleOf(now.nodes[i]) != role) continue;
    const auto node = domain::NodeIndex(static_cast<std::uint32_t>(now.nodes[i]));
    Series& series = series_[layout.series(node, column)];
    if (series.seen < 0) {
      ++series.seen;
      continue;
    }
    const bool outside = series.seen >= options.warm_up_ticks && beyond[i] > 0;
    if (outside && series.outside == 0) series.since = time;
    series.outside = outside ? series.outside + 1 : 0;
    if (!outside) series.tolerated = 0;
    if (outside && learning == Learning::kFollow && ++series.tolerated >= options.accept_ticks) {
      series = {series.usual + now.distance[i], series.spread, series.seen, 0, 0, {}};
      continue;
    }
    if (series.outside >= options.persist_ticks &&
        IsTrouble(metric, now.distance[i] > 0 ? Side::kAbove : Side::kBelow)) {
      const double expected = now.reference[i] + series.usual;
      const double band = std::abs(now.distance[i]) / (1 + std::min(beyond[i], 1e9));
      alarms.push_back({node,
                        metric,
                        domain::DetectorKind::kPeer,
                        beyond[i] / (beyond[i] + 2),
                        time,
                        {now.values[i], expected, expected - band, expected + band, series.since}});
    }
    if (learning == Learning::kHold || outside) continue;
    const double follow = std::max(options.follow, 1.0 / (series.seen + 1));
    const double before = series.usual;
    series.usual += follow * now.distance[i];
    const double change =
        series.seen == 0 ? 0.0 : std::abs(now.values[i] - now.reference[i] - before);
    series.spread += follow * (change - series.spread);
    series.seen = std::min(series.seen + 1, 1'000'000);
  }
}

}  // namespace distdiag::detect

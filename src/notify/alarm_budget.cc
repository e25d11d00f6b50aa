#include "notify/alarm_budget.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include <boost/math/distributions/chi_squared.hpp>

namespace distdiag::notify {
namespace {

constexpr base::Duration kBlock = std::chrono::hours(1);
constexpr int kBlocksAWeek = 168;
constexpr int kMostBlocks = 4 * kBlocksAWeek;
constexpr double kGain = 1.0 / kBlocksAWeek;

double ChiSquared(double degrees, double probability) {
  return boost::math::quantile(boost::math::chi_squared(degrees), probability);
}

}  // namespace

double AlarmBudget::Target() const { return options_.pages_per_week / kBlocksAWeek; }

void AlarmBudget::AdvanceTo(base::Timestamp time) {
  if (blocks_.empty()) {
    blocks_.emplace_back();
    began_ = time;
    level_ = Target();
    return;
  }
  if (time < began_ + kBlock) return;
  const auto passed = (time - began_) / kBlock;
  began_ += passed * kBlock;
  // Never above the target: what was not used in a quiet month is not saved for one bad night.
  level_ = std::min(Target(), level_ + kGain * Target() * static_cast<double>(passed));
  for (auto left = std::min<std::int64_t>(passed, kMostBlocks); left > 0; --left)
    blocks_.emplace_back();
  while (blocks_.size() > kMostBlocks) blocks_.pop_front();
}

int AlarmBudget::PagesOfLastWeek() const {
  // The newest block has only begun: with it they are more than a week, so that no seven days have more.
  const auto blocks = std::min<std::ptrdiff_t>(std::ssize(blocks_), kBlocksAWeek + 1);
  const auto first = blocks_.end() - blocks;
  return std::accumulate(first, blocks_.end(), 0,
                         [](int sum, const Block& block) { return sum + block.pages; });
}

bool AlarmBudget::MayPage(double score) const {
  if (options_.pages_per_week <= 0 || score >= options_.always_from) return true;
  const int pages = PagesOfLastWeek();
  if (pages == 0) return true;
  if (pages + 1 > options_.pages_per_week) return false;
  const auto at_least = std::ranges::count_if(
      blocks_, [&](const Block& block) { return block.best >= static_cast<float>(score); });
  return static_cast<double>(1 + at_least) / (kMostBlocks + 1) <= level_;
}

bool AlarmBudget::Admit(base::Timestamp time, double score) {
  const bool admitted = AdmitSurer(time, score);
  if (!admitted) ++blocks_.back().held_back;
  return admitted;
}

bool AlarmBudget::AdmitSurer(base::Timestamp time, double score) {
  AdvanceTo(time);
  if (!(score >= 0)) score = 0;
  const bool admitted = MayPage(score);
  Block& block = blocks_.back();
  block.best = std::max(block.best, static_cast<float>(score));
  if (admitted) {
    ++block.pages;
    level_ = std::max(0.0, level_ - kGain);
  }
  return admitted;
}

double AlarmBudget::Threshold() const {
  if (MayPage(0)) return 0;
  double least = options_.always_from;
  for (const Block& block : blocks_) {
    const double above = std::nextafter(block.best, 2.0F);
    if (above < least && MayPage(above)) least = above;
  }
  return least;
}

AlarmBudgetMeter AlarmBudget::Meter(base::Timestamp now) {
  AdvanceTo(now);
  AlarmBudgetMeter meter;
  meter.pages_per_week = options_.pages_per_week;
  for (const Block& block : blocks_) {
    meter.pages += block.pages;
    meter.held_back += block.held_back;
  }
  meter.watched_weeks = static_cast<double>(blocks_.size()) / kBlocksAWeek;
  const auto pages = static_cast<double>(meter.pages);
  meter.realised = pages / meter.watched_weeks;
  meter.realised_low =
      meter.pages == 0 ? 0 : ChiSquared(2 * pages, 0.025) / 2 / meter.watched_weeks;
  meter.realised_high = ChiSquared(2 * pages + 2, 0.975) / 2 / meter.watched_weeks;
  meter.threshold = Threshold();
  return meter;
}

}  // namespace distdiag::notify

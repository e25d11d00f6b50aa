// A series against its own days and weeks: the live value compared with the forecast band of its SeasonalModel (GRANO's second
// use case, docs/detection.md).
//
// Why so: models are learnt in batch elsewhere and handed over; here is only the comparison. A forecast is a straight line
// within a quarter of an hour, so the hot state holds that line and a tick touches 40 bytes a series, not the model.
#pragma once

#include "detect/detector.h"
#include "detect/seasonal/local_calendar.h"
#include "detect/seasonal/seasonal_model.h"

#include <cstdint>
#include <span>
#include <vector>

namespace distdiag::detect {

struct SeasonalDetectorOptions {
  double band_width = 6.0;  // band = forecast ± band_width · its spread; 3..20
  double quick = 0.4;       // smoothing factor of the value that is compared with the band; 0.05..1
  double spread_floor = 0.05;  // smallest spread, as a share of |forecast|; 0..0.5
  base::Duration offset_memory =
      std::chrono::hours(24);  // how slowly the band follows values that stay inside; 1..168 h
  int warm_up_ticks =
      10;                 // values before a series may alarm: its noise from tick to tick is learnt
  int persist_ticks = 3;  // consecutive ticks outside before it alarms
  int accept_ticks =
      30;  // ticks outside without trouble (kFollow) after which the new level is the normal
};

// Counts saturate at 65535. A series without a model, or whose model knows no day yet, raises nothing.
// Severity as RecentDetector's; the band is never narrower than the metric's least change that matters, nor than band_width
// times the noise that single ticks leave in the compared value (history is of means over minutes, ticks are not).
// Thread: single (owner: detect loop).
// Cost: about 10 ns a series and tick, and once in 15 minutes of the source's time 60 ns; 360 bytes a series with a model,
// none without.
class SeasonalDetector final : public Detector {
 public:
  struct SeriesModel {
    std::uint32_t series;  // SeriesLayout::series
    SeasonalModel model;
  };

  explicit SeasonalDetector(LocalCalendar calendar = {}, SeasonalDetectorOptions options = {});

  // Takes over newly learnt models, ordered by series: they replace all former ones. A series that had a model keeps its count
  // of ticks outside; its offset ends, since the new model knows the present level.
  // REQUIRES: series strictly rising.
  void SetModels(std::vector<SeriesModel> models);
  // Hours of history that the series' model was made from; 0 = no model. For LearningText.
  int history_hours(std::size_t series) const;

  domain::DetectorKind kind() const override { return domain::DetectorKind::kSeasonal; }
  std::vector<domain::Alarm> Observe(const domain::WindowView& window, Learning learning) override;
  void Reset() override;  // the models too
  void Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) override;

 private:
  // What a tick needs of a series. Distances are from the model's forecast.
  struct Series {
    float start = 0;   // forecast at the interval's start
    float rate = 0;    // of the forecast, a second
    float spread = 0;  // of the forecast in the interval
    float quick = 0;   // smoothed distance
    float offset = 0;  // distance that is the normal by now
    float noise = 0;   // mean absolute distance of single values from `quick`
    base::Timestamp since;
    std::uint16_t seen = 0;       // values since the model came, at most warm-up
    std::uint16_t outside = 0;    // consecutive ticks outside the band
    std::uint16_t tolerated = 0;  // ticks outside while following
    bool is_learned = false;      // the model knows a day
  };
  static_assert(sizeof(Series) == 40);
  // With the 40 bytes of RecentDetector and the series' number, a series takes no more than 400.
  static_assert(sizeof(Series) + sizeof(SeasonalModel) + sizeof(std::uint32_t) + 40 <= 400);

  struct Column {
    double least = 0;
    bool above_is_trouble = false;
    bool below_is_trouble = false;
  };

  void EnterInterval(base::Timestamp time);
  // True: the series is outside for long enough to alarm.
  bool Step(Series& series, double distance, double band, base::Timestamp time, Learning learning,
            double follow) const;
  double BandOf(const Series& series, double forecast, double least) const;

  LocalCalendar calendar_;
  SeasonalDetectorOptions options_;
  double noise_left_;  // share of single ticks' noise that a value smoothed by `quick` keeps
  std::vector<std::uint32_t> numbers_;  // of the series with a model, rising
  std::vector<Series> series_;          // by position in numbers_
  std::vector<SeasonalModel> models_;   // by position in numbers_
  std::vector<Column> columns_;         // of the layout; empty = not known yet
  base::Timestamp interval_start_ = base::Timestamp::max();
  base::Timestamp last_ = base::kNoTime;
};

}  // namespace distdiag::detect

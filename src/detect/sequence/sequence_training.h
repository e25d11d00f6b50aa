// From calm stretches of recordings to a sequence model.
//
// Thread: const-safe. Cost: about 1 s for the shipped recordings. Same stretches, same options: same bytes on every x86-64 machine.
#pragma once

#include "base/status.h"
#include "detect/sequence/lstm_training.h"
#include "detect/sequence/sequence_model.h"
#include "domain/window.h"

#include <span>
#include <string_view>
#include <vector>

namespace distdiag::detect {

// Part of a recording in which nothing was wrong. `window` is valid while the recording is.
struct CalmStretch {
  TrainingCase source;
  domain::WindowView window;
};

struct SequenceTrainOptions {
  std::size_t hidden = 32;
  std::size_t layers = 1;
  std::size_t ticks = 30;     // length of a training sequence
  double hidden_share = 0.1;  // inputs shown as 0, so that a source without a metric is no surprise
  LstmTrainOptions fit = {};
};

// Which metrics belong together. Those that no stretch delivers are left out.
struct MetricGroup {
  std::string_view name;
  std::vector<std::string_view> metrics;
};
std::vector<MetricGroup> SequenceGroups();

// Of every five cases (in the order of their ids) one decides when to stop and one only judges: the scores, mean squared
// errors of z one tick ahead on the cases that nothing was learnt from, "<group>.network", "<group>.level" (forecast: the
// usual) and "<group>.last" (forecast: the value before). Fails when fewer than five cases are given or none of the groups is
// there (kInvalidArgument).
base::Result<SequenceModel> TrainSequenceModel(std::span<const CalmStretch> stretches,
                                               const SequenceTrainOptions& options);

}  // namespace distdiag::detect

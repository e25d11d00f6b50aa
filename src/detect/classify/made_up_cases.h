// Made-up recordings of three nodes for the tests of training and serving: cpu, net-like and crash cases.
#pragma once

#include "detect/classify/features.h"
#include "detect/classify/training.h"
#include "detect/testing.h"

#include <chrono>
#include <string>

namespace distdiag::detect {

// 90 rows; the fault lasts from row 30 to row 70. kUnknown = no fault.
inline LabelledRecording MadeUpCase(const std::string& id, domain::ProblemId problem,
                                    std::size_t faulty, std::uint64_t seed) {
  const std::vector<std::string_view> metrics = {
      "c_tps",           "c_p95_ms",      "h_cpu_ext",    "h_psi_cpu_some",
      "h_cpu_throttled", "h_up",          "h_disk_reads", "d_Innodb_data_reads",
      "d_Com_commit",    "h_psi_io_some", "h_disk_util"};
  RowTape tape(3, metrics);
  base::Random random(seed);
  for (int tick = 0; tick < 90; ++tick) {
    const bool fault = problem != domain::ProblemId::kUnknown && tick >= 30 && tick < 70;
    tape.Append([&](std::size_t node, std::size_t column) -> double {
      const std::string_view metric = metrics[column];
      const double noise = 1 + 0.1 * Noise(random);
      const bool here = fault && node == faulty;
      if (problem == domain::ProblemId::kCrash && here) {
        if (metric == "h_up") return 0;
        if (metric[0] == 'c' || metric[0] == 'd') return kGap;
      }
      const bool cpu = problem == domain::ProblemId::kCpu, io = problem == domain::ProblemId::kIo;
      if (metric == "c_tps") return (here ? 3 : fault ? 15 : 30) * noise;
      if (metric == "c_p95_ms") return (here ? 2000 : 60) * noise;
      if (metric == "h_cpu_ext") return here && cpu ? 0.45 * noise : 0;
      if (metric == "h_psi_cpu_some") return (here && cpu ? 0.9 : 0.1) * noise;
      if (metric == "h_cpu_throttled") return here && cpu ? 1.3 * noise : 0;
      if (metric == "h_up") return 1;
      if (metric == "h_disk_reads") return (here && io ? 500 : 20) * noise;
      if (metric == "h_psi_io_some" || metric == "h_disk_util")
        return (here && io ? 0.9 : 0.15) * noise;
      return 20 * noise;
    });
  }
  LabelledRecording recording;
  recording.id = id;
  recording.content_hash = "hash of " + id;
  recording.layout = tape.layout();
  recording.times = tape.times();
  recording.values = tape.values();
  recording.normal_end = tape.times()[29];
  if (problem != domain::ProblemId::kUnknown) {
    recording.anomaly_start = tape.times()[30];
    recording.anomaly_end = tape.times()[69];
    recording.labels = {{domain::NodeIndex(static_cast<std::uint32_t>(faulty)), problem}};
  }
  return recording;
}

inline std::vector<LabelledRecording> MadeUpCases() {
  std::vector<LabelledRecording> cases;
  for (std::uint64_t i = 0; i < 4; ++i) {
    cases.push_back(MadeUpCase("cpu" + std::to_string(i), domain::ProblemId::kCpu, i % 3, 10 + i));
    cases.push_back(
        MadeUpCase("io" + std::to_string(i), domain::ProblemId::kIo, (i + 1) % 3, 20 + i));
  }
  cases.push_back(MadeUpCase("crash", domain::ProblemId::kCrash, 1, 30));
  cases.push_back(MadeUpCase("normal", domain::ProblemId::kUnknown, 0, 40));
  return cases;
}

inline ModelArtefact TrainedOnMadeUpCases() {
  std::vector<CaseExamples> examples;
  for (const LabelledRecording& recording : MadeUpCases())
    examples.push_back(ExtractExamples(recording));
  std::vector<const CaseExamples*> pointers;
  for (const CaseExamples& one : examples) pointers.push_back(&one);
  return TrainModel(pointers, {}).value();
}

}  // namespace distdiag::detect

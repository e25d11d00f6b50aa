// A scenario file and how it is played.
#pragma once

#include "base/status.h"
#include "engine/pipeline.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::scenarios {

struct Change {
  double from_s = 0;
  double to_s = 0;
  std::string node;
  std::map<std::string, double> set;
  std::map<std::string, double> scale;
  std::vector<std::string> drop;  // prefixes of metric names
};

// A change that the database tells.
struct Told {
  double at_s = 0;
  domain::ChangeEvent event;
};

struct Expectation {
  std::optional<int> incidents;
  std::optional<int> untold_incidents;
  std::optional<std::vector<std::string>> explained;
  std::optional<std::pair<double, double>> opened_s;
  std::optional<bool> resolved;
  std::optional<double> at_s;
  std::optional<std::string> first;
  std::optional<std::vector<std::string>> shown;
  std::optional<std::vector<std::string>> notifications;
};

struct Scenario {
  std::string description;
  std::string recording;  // empty = made up
  std::vector<std::string> nodes;
  int seconds = 0;
  std::map<std::string, double> levels;
  std::vector<Change> changes;
  std::vector<Told> told;
  Expectation expect;
};

// What was said; times in seconds from the first tick.
struct Story {
  int incidents = 0;
  std::optional<double> opened_s;
  bool open_at_end = false;
  std::string first;
  std::vector<std::string> shown;
  std::vector<std::string> notifications;
  std::vector<std::string> explained;  // pairs, in the order of being explained first

  friend bool operator==(const Story&, const Story&) = default;
};

base::Result<Scenario> LoadScenario(const std::string& path);
base::Result<Story> Play(const Scenario& scenario, std::size_t window_capacity_ticks);

}  // namespace distdiag::scenarios

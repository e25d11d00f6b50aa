// All settings of DistDiag, and the YAML they come from.
//
// Why so: one declarative table (settings.cc) names every key with type, default, bounds and description; the parser, the
// commented config/distdiag.yaml and config/distdiag.schema.json all come from it, and a test proves that they agree.
// Thread: value.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::engine {

struct ChannelConfig {
  std::string name;
  std::string kind;  // "log" or "webhook"
  std::string url;   // webhook only
};

struct Config {
  struct Source {
    std::string kind = "recorded";
    std::string directory = "recordings";
    std::vector<std::string> cases;  // empty = all, in file order
    double speed = 1;  // 1 = real time, 10 = ten times faster, 0 = as fast as possible
    bool repeat = false;
  } source;
  struct Window {
    std::int64_t capacity_ticks = 3600;
  } window;
  struct Model {
    std::string path = "models/galera/model.json";
  } model;
  struct Diagnosis {
    std::string ranker = "combined";
    double shown_probability = 0.4;
  } diagnosis;
  struct Storage {
    std::string directory = "data";
    std::int64_t max_alarms = 1'000'000;
  } storage;
  struct Serve {
    std::string ui_address = "127.0.0.1:13000";
    std::string api_address = "127.0.0.1:18000";
    std::string web_directory = "web/dist";
    std::string public_url = "http://localhost:13000";
  } serve;
  struct Notify {
    std::vector<ChannelConfig> channels = {{"log", "log", ""}};
    std::int64_t max_attempts = 10;
  } notify;
  struct Logging {
    std::string level = "info";
  } logging;
};

// An empty text gives the defaults. Errors name `file`, line, column and key: unknown key (with the nearest known one), wrong
// type, out of bounds, a key given twice, broken YAML.
base::Result<Config> ParseConfig(std::string_view yaml, std::string_view file);

// The commented YAML with every key at its default, and its JSON Schema (draft 2020-12).
std::string RenderDefaultConfig();
std::string RenderConfigSchema();

}  // namespace distdiag::engine

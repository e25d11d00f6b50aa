// The table of all settings: the one source of the configuration parser, its commented default and its JSON Schema.
//
// Thread: const-safe.
#pragma once

#include "engine/config.h"

#include <span>
#include <string>
#include <vector>

namespace distdiag::engine {

enum class SettingType {
  kString,
  kInteger,
  kNumber,
  kBoolean,
  kStringList,
  kChannelList,
  kNodeList
};

struct Setting {
  std::string_view section;  // "serve", "detectors.sequence"
  std::string_view key;      // "ui_address"
  SettingType type;
  std::string_view description;
  // Numbers: inclusive bounds. Strings: the allowed words; empty = any string, "" only where it is the default.
  double minimum = 0;
  double maximum = 0;
  std::vector<std::string_view> words = {};
  std::string* (*text)(Config&) = nullptr;
  std::int64_t* (*integer)(Config&) = nullptr;
  double* (*number)(Config&) = nullptr;
  bool* (*boolean)(Config&) = nullptr;
  std::vector<std::string>* (*list)(Config&) = nullptr;
};

// A key of one entry of source.nodes; exactly one of the places is given.
struct NodeSetting {
  std::string_view key;
  std::string_view description;
  std::vector<std::string_view> words = {};
  std::string* (*text)(NodeConfig&) = nullptr;
  std::int64_t* (*port)(NodeConfig&) = nullptr;
  bool* (*boolean)(NodeConfig&) = nullptr;
};

// A section within another is named after it: "detectors.sequence" stands below "detectors", which comes first.
struct SettingSection {
  std::string_view name;
  std::string_view description;
};

std::span<const SettingSection> AllSections();
// Sections directly within `outer` ("" = at the top), in the order of AllSections.
std::vector<SettingSection> SectionsWithin(std::string_view outer);
// "sequence" of "detectors.sequence".
std::string_view LastName(std::string_view section);
std::span<const Setting> AllSettings();
std::span<const NodeSetting> NodeSettings();

}  // namespace distdiag::engine

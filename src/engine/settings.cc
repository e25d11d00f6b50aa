#include "engine/settings.h"

#include <array>

namespace distdiag::engine {
namespace {

// The place of a value within a Config; one of these per setting, by its type.
#define DISTDIAG_PLACE(member) [](Config& config) { return &config.member; }

constexpr std::array<SettingSection, 8> kSections = {{
    {"source", "Where samples come from."},
    {"window", "The recent past kept in memory."},
    {"model", "The classifier that names problems."},
    {"diagnosis", "How causes are ranked."},
    {"storage", "Durable facts: alarms, incidents, notes, deliveries (SQLite)."},
    {"serve", "Web UI and API. Only loopback addresses are taken until access control exists."},
    {"notify", "Who is told."},
    {"logging", "The log on standard error."},
}};

const std::vector<Setting>& Table() {
  static const std::vector<Setting> table = {
      {.section = "source",
       .key = "kind",
       .type = SettingType::kString,
       .description = "recorded = replay recorded cases.",
       .words = {"recorded"},
       .text = DISTDIAG_PLACE(source.kind)},
      {.section = "source",
       .key = "directory",
       .type = SettingType::kString,
       .description = "Folder with cases.json and the cases' files.",
       .text = DISTDIAG_PLACE(source.directory)},
      {.section = "source",
       .key = "cases",
       .type = SettingType::kStringList,
       .description =
           "Ids of the cases to replay, in this order; empty = all, in the order of cases.json.",
       .list = DISTDIAG_PLACE(source.cases)},
      {.section = "source",
       .key = "speed",
       .type = SettingType::kNumber,
       .description =
           "1 = real time, 10 = ten times faster, 0 = as fast as possible (first round).",
       .minimum = 0,
       .maximum = 1000,
       .number = DISTDIAG_PLACE(source.speed)},
      {.section = "source",
       .key = "repeat",
       .type = SettingType::kBoolean,
       .description = "Begin again with the first case after the last one, in real time.",
       .boolean = DISTDIAG_PLACE(source.repeat)},
      {.section = "window",
       .key = "capacity_ticks",
       .type = SettingType::kInteger,
       .description =
           "Ticks kept in memory for charts and diagnosis; a tick is one collection interval.",
       .minimum = 120,
       .maximum = 1'000'000,
       .integer = DISTDIAG_PLACE(window.capacity_ticks)},
      {.section = "model",
       .key = "path",
       .type = SettingType::kString,
       .description = "Model artefact made by `distdiag train`.",
       .text = DISTDIAG_PLACE(model.path)},
      {.section = "diagnosis",
       .key = "ranker",
       .type = SettingType::kString,
       .description = "combined = ours; grano_rcr = root cause relevance on the anomaly graph; "
                      "dist_diagnosis = PageRank times classifier; "
                      "classifier = probability alone; largest_deviation = the metric furthest "
                      "outside its band.",
       .words = {"combined", "grano_rcr", "dist_diagnosis", "classifier", "largest_deviation"},
       .text = DISTDIAG_PLACE(diagnosis.ranker)},
      {.section = "diagnosis",
       .key = "shown_probability",
       .type = SettingType::kNumber,
       .description = "A cause is shown from this calibrated probability on; the first one of a "
                      "trouble always is.",
       .minimum = 0,
       .maximum = 1,
       .number = DISTDIAG_PLACE(diagnosis.shown_probability)},
      {.section = "storage",
       .key = "directory",
       .type = SettingType::kString,
       .description = "Folder of the database file distdiag.db; made when missing.",
       .text = DISTDIAG_PLACE(storage.directory)},
      {.section = "storage",
       .key = "max_alarms",
       .type = SettingType::kInteger,
       .description =
           "Stored alarms kept; the oldest go first. Incidents and notes are never removed.",
       .minimum = 1000,
       .maximum = 1e9,
       .integer = DISTDIAG_PLACE(storage.max_alarms)},
      {.section = "serve",
       .key = "ui_address",
       .type = SettingType::kString,
       .description = "host:port of the web UI.",
       .text = DISTDIAG_PLACE(serve.ui_address)},
      {.section = "serve",
       .key = "api_address",
       .type = SettingType::kString,
       .description = "host:port of the REST API and its documentation (/docs).",
       .text = DISTDIAG_PLACE(serve.api_address)},
      {.section = "serve",
       .key = "web_directory",
       .type = SettingType::kString,
       .description = "Folder of the built web UI.",
       .text = DISTDIAG_PLACE(serve.web_directory)},
      {.section = "serve",
       .key = "public_url",
       .type = SettingType::kString,
       .description = "Address of the UI as people reach it; links in notifications begin with it.",
       .text = DISTDIAG_PLACE(serve.public_url)},
      {.section = "notify",
       .key = "channels",
       .type = SettingType::kChannelList,
       .description = "One entry a channel: name, kind (log or webhook) and, for a webhook, url "
                      "(http or https). A webhook gets a JSON POST."},
      {.section = "notify",
       .key = "max_attempts",
       .type = SettingType::kInteger,
       .description = "Attempts to deliver a notification before it is recorded as failed.",
       .minimum = 1,
       .maximum = 1000,
       .integer = DISTDIAG_PLACE(notify.max_attempts)},
      {.section = "logging",
       .key = "level",
       .type = SettingType::kString,
       .description = "Lowest level written.",
       .words = {"debug", "info", "warning", "error"},
       .text = DISTDIAG_PLACE(logging.level)},
  };
  return table;
}

#undef DISTDIAG_PLACE

}  // namespace

std::span<const SettingSection> AllSections() { return kSections; }

std::span<const Setting> AllSettings() { return Table(); }

}  // namespace distdiag::engine

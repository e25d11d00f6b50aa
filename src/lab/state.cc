#include "lab/state.h"

#include "base/json_reader.h"
#include "base/json_writer.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr int kMostNodes = 9;
constexpr std::size_t kLongestDirectory = 80;  // a socket's path has at most 107 characters

bool IsNetwork(const std::string& text) {
  int parts = 0, value = -1;
  for (const char c : text + ".") {
    if (c == '.') {
      if (value < 0 || value > 255) return false;
      ++parts;
      value = -1;
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0 && value < 100) {
      value = (value < 0 ? 0 : value * 10) + (c - '0');
    } else {
      return false;
    }
  }
  return parts == 3;
}

base::Status ReadNumbers(const base::JsonObject& object, LabOptions& options) {
  const std::pair<const char*, std::int64_t*> wide[] = {
      {"disk_iops", &options.disk_iops},
      {"disk_bytes_per_s", &options.disk_bytes_per_s},
      {"disk_bytes", &options.disk_bytes},
      {"buffer_pool_bytes", &options.database_memory_bytes}};
  for (const auto& [key, into] : wide) {
    ASSIGN_OR_RETURN_STATUS(*into, object.Integer(key));
  }
  const std::pair<const char*, int*> narrow[] = {{"nodes", &options.nodes},
                                                 {"warehouses", &options.warehouses},
                                                 {"terminals", &options.terminals}};
  for (const auto& [key, into] : narrow) {
    ASSIGN_OR_RETURN_STATUS(const std::int64_t number, object.Integer(key));
    if (!std::in_range<int>(number))
      return object.Unexpected(key, "a small number", std::to_string(number));
    *into = static_cast<int>(number);
  }
  ASSIGN_OR_RETURN_STATUS(options.cpu_cores, object.Number("cpu_cores"));
  ASSIGN_OR_RETURN_STATUS(options.think_time_ms, object.Number("think_time_ms"));
  return base::OkStatus();
}

// A lab from before there were two systems says nothing of its own.
base::Status ReadDatabase(const base::JsonObject& object, LabOptions& options) {
  if (object.IsNull("database")) return base::OkStatus();
  ASSIGN_OR_RETURN_STATUS(const std::string name, object.Text("database"));
  const auto found = FindLabDatabase(name);
  if (!found) return object.Unexpected("database", "galera or oceanbase", name);
  options.database = *found;
  ASSIGN_OR_RETURN_STATUS(options.server_program, object.Text("server_program"));
  return base::OkStatus();
}

base::Result<LabPhase> ReadPhase(const base::JsonObject& object) {
  ASSIGN_OR_RETURN(const std::string name, object.Text("phase"));
  for (const LabPhase phase : {LabPhase::kStarting, LabPhase::kUp, LabPhase::kStopping}) {
    if (LabPhaseName(phase) == name) return phase;
  }
  return base::Fail(object.Unexpected("phase", "starting, up or stopping", name));
}

}  // namespace

std::string_view LabPhaseName(LabPhase phase) {
  switch (phase) {
    case LabPhase::kStarting: return "starting";
    case LabPhase::kUp: return "up";
    case LabPhase::kStopping: return "stopping";
  }
  return "starting";
}

base::Status CheckOptions(const LabOptions& options) {
  const auto in_name = [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0; };
  if (options.name.empty() || options.name.size() > 8 ||
      !std::all_of(options.name.begin(), options.name.end(), in_name)) {
    return base::InvalidArgument(fmt::format(
        "name: expected 1 to 8 lower-case letters and digits, found \"{}\"", options.name));
  }
  const std::string& directory = options.directory;
  const bool plain = std::all_of(directory.begin(), directory.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '/' || c == '-' || c == '_' || c == '.';
  });
  if (directory.size() < 2 || directory.front() != '/' || directory.back() == '/' || !plain ||
      directory.find("//") != std::string::npos || directory.find("/.") != std::string::npos ||
      directory.size() > kLongestDirectory) {
    return base::InvalidArgument(fmt::format(
        "directory: expected an absolute path of at most {} letters, digits and ./_-, found \"{}\"",
        kLongestDirectory, directory));
  }
  if (!IsNetwork(options.network)) {
    return base::InvalidArgument(fmt::format(
        "network: expected the first three numbers of an address, like 10.77.0, found \"{}\"",
        options.network));
  }
  if (options.nodes < 1 || options.nodes > kMostNodes) {
    return base::InvalidArgument(
        fmt::format("nodes: expected 1 to {}, found {}", kMostNodes, options.nodes));
  }
  return base::OkStatus();
}

std::string StateToJson(const LabState& state) {
  const LabOptions& options = state.options;
  base::JsonWriter json;
  json.BeginObject()
      .Field("name", options.name)
      .Field("directory", options.directory)
      .Field("network", options.network)
      .Field("database", LabDatabaseName(options.database))
      .Field("server_program", options.server_program)
      .Field("nodes", options.nodes)
      .Field("cpu_cores", options.cpu_cores)
      .Field("disk_iops", options.disk_iops)
      .Field("disk_bytes_per_s", options.disk_bytes_per_s)
      .Field("disk_bytes", options.disk_bytes)
      .Field("buffer_pool_bytes", options.database_memory_bytes)
      .Field("warehouses", options.warehouses)
      .Field("terminals", options.terminals)
      .Field("think_time_ms", options.think_time_ms)
      .Field("phase", LabPhaseName(state.phase))
      .Field("with_load", state.with_load)
      .EndObject();
  return json.Take() + "\n";
}

base::Result<LabState> ParseState(std::string_view text, std::string_view file) {
  ASSIGN_OR_RETURN(const base::JsonDocument document, base::JsonDocument::Parse(text, file));
  const base::JsonObject object = document.root();
  LabState state;
  LabOptions& options = state.options;
  ASSIGN_OR_RETURN(options.name, object.Text("name"));
  ASSIGN_OR_RETURN(options.directory, object.Text("directory"));
  ASSIGN_OR_RETURN(options.network, object.Text("network"));
  RETURN_FAIL_IF_ERROR(ReadDatabase(object, options));
  RETURN_FAIL_IF_ERROR(ReadNumbers(object, options));
  ASSIGN_OR_RETURN(state.with_load, object.Flag("with_load"));
  ASSIGN_OR_RETURN(state.phase, ReadPhase(object));
  if (const base::Status checked = CheckOptions(options); !checked.ok())
    return base::Fail(base::DataLoss(fmt::format("{}: {}", file, checked.message())));
  return state;
}

base::Result<LabState> ReadState(const base::FileSystem& files, const std::string& directory) {
  LabOptions options;
  options.directory = directory;
  RETURN_FAIL_IF_ERROR(CheckOptions(options));
  const std::string path = Layout(options).state_file();
  if (!files.Exists(path)) {
    return base::Fail(base::NotFound(
        fmt::format("there is no lab in {}: `distdiag lab up` starts one", directory)));
  }
  ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  ASSIGN_OR_RETURN(LabState state, ParseState(text, path));
  if (state.options.directory != directory) {
    return base::Fail(base::DataLoss(fmt::format("{}: directory: expected {}, found {}", path,
                                                 directory, state.options.directory)));
  }
  return state;
}

base::Status WriteState(base::FileSystem& files, const LabState& state) {
  return files.WriteFileAtomic(Layout(state.options).state_file(), StateToJson(state));
}

}  // namespace distdiag::lab

#include "lab/state.h"

#include "base/json_writer.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::lab {
namespace {

namespace json = boost::json;

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

class Reader {
 public:
  Reader(const json::object& object, std::string_view file) : object_(object), file_(file) {}

  void Take(std::string_view key, std::string& into) {
    const json::value* value = Find(key);
    if (value == nullptr || !value->is_string()) return Wrong(key, "a string");
    into = std::string(value->as_string());
  }
  void Take(std::string_view key, double& into) {
    const json::value* value = Find(key);
    if (value == nullptr || !value->is_number()) return Wrong(key, "a number");
    into = value->to_number<double>();
  }
  template <typename Integer>
  void TakeInteger(std::string_view key, Integer& into) {
    const json::value* value = Find(key);
    json::error_code error;
    const auto number = value == nullptr ? Integer{} : value->to_number<Integer>(error);
    if (value == nullptr || error) return Wrong(key, "a whole number");
    into = number;
  }
  void Take(std::string_view key, bool& into) {
    const json::value* value = Find(key);
    if (value == nullptr || !value->is_bool()) return Wrong(key, "true or false");
    into = value->as_bool();
  }
  base::Status status() const { return status_; }
  void Wrong(std::string_view key, std::string_view expected) {
    if (status_.ok())
      status_ = base::DataLoss(fmt::format("{}: {}: expected {}", file_, key, expected));
  }

 private:
  const json::value* Find(std::string_view key) const {
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &found->value();
  }
  const json::object& object_;
  std::string_view file_;
  base::Status status_;
};

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
      .Field("nodes", options.nodes)
      .Field("cpu_cores", options.cpu_cores)
      .Field("disk_iops", options.disk_iops)
      .Field("disk_bytes_per_s", options.disk_bytes_per_s)
      .Field("disk_bytes", options.disk_bytes)
      .Field("buffer_pool_bytes", options.buffer_pool_bytes)
      .Field("warehouses", options.warehouses)
      .Field("terminals", options.terminals)
      .Field("think_time_ms", options.think_time_ms)
      .Field("phase", LabPhaseName(state.phase))
      .Field("with_load", state.with_load)
      .EndObject();
  return json.Take() + "\n";
}

base::Result<LabState> ParseState(std::string_view text, std::string_view file) {
  json::error_code error;
  const json::value root = json::parse(text, error);
  if (error || !root.is_object())
    return base::Fail(base::DataLoss(fmt::format("{}: expected one JSON object", file)));
  LabState state;
  LabOptions& options = state.options;
  Reader reader(root.as_object(), file);
  reader.Take("name", options.name);
  reader.Take("directory", options.directory);
  reader.Take("network", options.network);
  reader.TakeInteger("nodes", options.nodes);
  reader.Take("cpu_cores", options.cpu_cores);
  reader.TakeInteger("disk_iops", options.disk_iops);
  reader.TakeInteger("disk_bytes_per_s", options.disk_bytes_per_s);
  reader.TakeInteger("disk_bytes", options.disk_bytes);
  reader.TakeInteger("buffer_pool_bytes", options.buffer_pool_bytes);
  reader.TakeInteger("warehouses", options.warehouses);
  reader.TakeInteger("terminals", options.terminals);
  reader.Take("think_time_ms", options.think_time_ms);
  reader.Take("with_load", state.with_load);
  std::string phase;
  reader.Take("phase", phase);
  if (phase == "up") {
    state.phase = LabPhase::kUp;
  } else if (phase == "stopping") {
    state.phase = LabPhase::kStopping;
  } else if (phase != "starting") {
    reader.Wrong("phase", "starting, up or stopping");
  }
  RETURN_FAIL_IF_ERROR(reader.status());
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

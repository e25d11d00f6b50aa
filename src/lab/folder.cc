#include "lab/folder.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = "/.distdiag-lab";
constexpr const char* kMarkText =
    "This folder belongs to `distdiag lab`: `distdiag lab down` removes what a lab made in it.\n";
// How a lab's configuration begins (serve_config.cc).
constexpr const char* kConfigBegin = "# Written by `distdiag lab up`";

Layout LayoutIn(const std::string& directory) {
  LabOptions options;
  options.directory = directory;
  return Layout(options);
}

// What an `up` that was killed at once, or a `down` from before there was a mark, leaves.
bool LeftByALab(const std::vector<std::string>& names) {
  const auto known = [](const std::string& name) {
    return name == "lock" || name == "logs" || name == "data";
  };
  return std::find(names.begin(), names.end(), "lock") != names.end() &&
         std::all_of(names.begin(), names.end(), known);
}

}  // namespace

base::Status MarkFolder(base::FileSystem& files, const std::string& directory) {
  if (files.Exists(directory + kMark)) return base::OkStatus();
  RETURN_IF_ERROR(files.CreateDirectories(directory));
  return files.WriteFileAtomic(directory + kMark, kMarkText);
}

bool IsLabFolder(const base::FileSystem& files, const std::string& directory) {
  const Layout layout = LayoutIn(directory);
  if (files.Exists(directory + kMark) || files.Exists(layout.state_file())) return true;
  const auto config = files.ReadFile(layout.config_file());
  return config && config->starts_with(kConfigBegin);
}

std::string FolderProblem(const base::FileSystem& files, const std::string& directory) {
  if (IsLabFolder(files, directory)) return "";
  const auto names = files.ListDirectory(directory);
  if (!names)
    return names.error().code() == base::StatusCode::kNotFound ? "" : names.error().message();
  if (names->empty() || LeftByALab(*names)) return "";
  return fmt::format(
      "expected an empty folder, one that is not there yet, or a lab's; it holds \"{}\"{}",
      names->front(), names->size() == 1 ? "" : fmt::format(" and {} more", names->size() - 1));
}

std::vector<std::string> RemoveLabFiles(const Layout& layout) {
  const std::string& directory = layout.options().directory;
  std::error_code error;
  fs::create_directories(directory + "/logs", error);
  for (const auto& entry : fs::directory_iterator(layout.run_directory(), error)) {
    const std::string kind = entry.path().extension().string();
    if (entry.is_regular_file(error) && (kind == ".err" || kind == ".out" || kind == ".log"))
      fs::rename(entry.path(), fs::path(directory + "/logs") / entry.path().filename(), error);
  }
  std::vector<std::string> folders;
  for (const Machine& machine : layout.machines()) {
    fs::remove(machine.disk_image, error);
    folders.push_back(machine.mount);
  }
  folders.push_back(directory + "/disk");
  std::vector<std::string> kept;
  for (const std::string& folder : folders) {
    // Only an empty one goes.
    if (fs::remove(folder, error); fs::exists(folder, error)) kept.push_back(folder);
  }
  fs::remove_all(layout.journal_directory(), error);  // its faults ended with the machines
  fs::remove(layout.config_file(), error);
  for (const auto& entry : fs::directory_iterator(layout.run_directory(), error)) {
    if (entry.path() != layout.state_file()) fs::remove_all(entry.path(), error);
  }
  fs::remove_all(layout.run_directory(), error);
  return kept;
}

std::string CanonicalPath(const std::string& directory) {
  std::error_code error;
  const auto canonical = fs::weakly_canonical(directory, error);
  return error ? directory : canonical.string();
}

std::string PathProblem(const std::string& directory) {
  const std::string canonical = CanonicalPath(directory);
  if (canonical == directory) return "";
  return fmt::format("it leads through a link: use --directory {}", canonical);
}

}  // namespace distdiag::lab

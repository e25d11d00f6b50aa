// Captured trees of /proc, /sys and control groups for tests: a map instead of a kernel.
//
// Thread: single.
#pragma once

#include "collect/host/host_files.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace distdiag::collect {

// What the test changes between two readings; the probe owns only TreeHostFiles, a view of it.
struct HostTree {
  std::map<std::string, std::string, std::less<>> files;
  std::map<std::string, MountFacts, std::less<>> mounts;

  // Removes a file or a whole folder, as when a process or a device vanishes.
  void Remove(const std::string& path) {
    files.erase(path);
    std::erase_if(files, [&](const auto& file) { return file.first.starts_with(path + "/"); });
  }
};

class TreeHostFiles final : public HostFiles {
 public:
  explicit TreeHostFiles(const HostTree& tree) : tree_(tree) {}

  base::Status Read(const std::string& path, std::string& content) override {
    const auto it = tree_.files.find(path);
    if (it == tree_.files.end())
      return base::NotFound(path + ": cannot open: No such file or directory");
    content = it->second;
    return base::OkStatus();
  }
  base::Result<MountFacts> Mount(const std::string& path) override {
    const auto it = tree_.mounts.find(path);
    if (it == tree_.mounts.end())
      return base::Fail(
          base::NotFound(path + ": cannot ask for its file system: No such file or directory"));
    return it->second;
  }
  base::Result<std::vector<std::string>> List(const std::string& path) override {
    std::set<std::string> names;
    const std::string prefix = path + "/";
    for (const auto& [name, text] : tree_.files)
      if (name.starts_with(prefix))
        names.insert(name.substr(prefix.size(), name.find('/', prefix.size()) - prefix.size()));
    return std::vector<std::string>(names.begin(), names.end());
  }

 private:
  const HostTree& tree_;
};

}  // namespace distdiag::collect

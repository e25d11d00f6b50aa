#include "load_config.h"

#include <fmt/format.h>

namespace distdiag::app {

base::Result<engine::Config> LoadConfig(const base::FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  return engine::ParseConfig(text, path);
}

base::Result<engine::Config> LoadLiveConfig(const base::FileSystem& files,
                                            const std::string& path) {
  ASSIGN_OR_RETURN(engine::Config config, LoadConfig(files, path));
  if (config.source.kind == "live") return config;
  return base::Fail(base::InvalidArgument(
      fmt::format("{}: key source.kind: expected live, found {}", path, config.source.kind)));
}

}  // namespace distdiag::app

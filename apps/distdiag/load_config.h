// Reads the configuration file that a command was given.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "engine/config.h"

#include <string>

namespace distdiag::app {

base::Result<engine::Config> LoadConfig(const base::FileSystem& files, const std::string& path);
// The same, and InvalidArgument unless its source is live nodes.
base::Result<engine::Config> LoadLiveConfig(const base::FileSystem& files, const std::string& path);

}  // namespace distdiag::app

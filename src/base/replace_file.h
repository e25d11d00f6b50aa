// Replaces a small file that is written again every second.
//
// Why so: FileSystem::WriteFileAtomic waits for the disk, which a busy one makes take seconds. Here a reader finds the old bytes or
// the new ones, never a part; after a power cut it may find nothing.
// Thread: safe for different paths.
#pragma once

#include "base/status.h"

#include <string>
#include <string_view>

namespace distdiag::base {

// Writes beside ("<path>.tmp") and renames. Codes as of FileSystem::WriteFileAtomic.
Status ReplaceFile(const std::string& path, std::string_view bytes);

}  // namespace distdiag::base

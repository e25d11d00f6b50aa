#include "lab/tools.h"

#include "base/process.h"

#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr auto kInstallLimit = std::chrono::minutes(10);

}  // namespace

base::Result<std::string> FindTool(const Tool& tool) {
  if (const char* named = std::getenv(tool.variable); named != nullptr && *named != '\0')
    return named;
  if (::access(tool.script, X_OK) != 0) {
    return base::Fail(base::NotFound(fmt::format(
        "expected {} in the current directory or the program's path in {}, found neither",
        tool.script, tool.variable)));
  }
  ASSIGN_OR_RETURN(std::string path, base::RunChecked({tool.script}, kInstallLimit));
  while (!path.empty() && path.back() == '\n') path.pop_back();
  // What it says while it installs comes before the path.
  return path.substr(path.rfind('\n') + 1);
}

}  // namespace distdiag::lab

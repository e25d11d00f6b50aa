#include "base/file_system.h"
#include "engine/config.h"
#include "report.h"
#include "subcommands.h"

#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {

int RunCheckConfig(const CheckConfigArguments& arguments) {
  if (arguments.print_default) {
    fmt::print("{}", engine::RenderDefaultConfig());
    return kDone;
  }
  if (arguments.print_schema) {
    fmt::print("{}", engine::RenderConfigSchema());
    return kDone;
  }
  if (arguments.path.empty())
    return Refuse(base::InvalidArgument("check-config: expected a file, found none"));
  const base::RealFileSystem files;
  const auto text = files.ReadFile(arguments.path);
  if (!text) return Refuse(text.error());
  if (const auto config = engine::ParseConfig(*text, arguments.path); !config)
    return Refuse(config.error());
  fmt::print("{}: ok\n", arguments.path);
  return kDone;
}

}  // namespace distdiag::app

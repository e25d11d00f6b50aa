#include "base/logging.h"
#include "engine/engine.h"
#include "load_config.h"
#include "report.h"
#include "run_until_stopped.h"
#include "subcommands.h"

#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

base::LogLevel LevelOf(const std::string& name) {
  if (name == "debug") return base::LogLevel::kDebug;
  if (name == "warning") return base::LogLevel::kWarning;
  return name == "error" ? base::LogLevel::kError : base::LogLevel::kInfo;
}

}  // namespace

int RunServe(const ServeArguments& arguments) {
  HoldStopSignals();
  base::RealFileSystem files;
  base::RealClock clock;
  const auto config = arguments.config_path ? LoadConfig(files, *arguments.config_path)
                                            : base::Result<engine::Config>(engine::Config());
  if (!config) return Refuse(config.error());
  base::SetLogLevel(LevelOf(config->logging.level));
  const auto engine =
      engine::Engine::New(*config, engine::RunMode::kServe, DISTDIAG_VERSION, files, clock);
  if (!engine) return Refuse(engine.error());
  if (const base::Status started = (*engine)->Start(); !started.ok()) return Refuse(started);
  fmt::print("Dashboard http://localhost:{}   API documentation http://localhost:{}/docs\n",
             (*engine)->ui_port(), (*engine)->api_port());
  std::fflush(stdout);
  // The page stays up after the last sample: only a signal ends the command.
  RunUntilStopped(clock, 0, [] {});
  (*engine)->Stop();
  return kDone;
}

}  // namespace distdiag::app

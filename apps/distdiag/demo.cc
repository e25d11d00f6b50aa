// `distdiag demo`: recorded real faults through the whole product, with what was injected beside what is diagnosed.
#include "base/logging.h"
#include "engine/engine.h"
#include "report.h"
#include "run_until_stopped.h"
#include "subcommands.h"

#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

// One of each kind: CPU, disk, network, cache, and a compound of two. models/galera-demo was trained without them.
const std::vector<std::string> kDemoCases = {"A1_r1", "A2_r1", "A3_r1", "A4_r1", "C1_r1"};

engine::Config DemoConfig(const DemoArguments& arguments) {
  engine::Config config;
  config.source.directory = arguments.directory;
  config.source.cases = kDemoCases;
  config.source.speed = arguments.speed;
  config.source.repeat = true;
  config.model.path = arguments.model;
  config.detectors.sequence.path = arguments.sequence;
  config.storage.directory = arguments.storage;
  config.serve.web_directory = arguments.web;
  config.serve.ui_address = fmt::format("127.0.0.1:{}", arguments.ui_port);
  config.serve.api_address = fmt::format("127.0.0.1:{}", arguments.api_port);
  if (arguments.ui_port != 0)
    config.serve.public_url = fmt::format("http://localhost:{}", arguments.ui_port);
  if (!arguments.webhook.empty())
    config.notify.channels.push_back({"webhook", "webhook", arguments.webhook});
  return config;
}

// Tells on the terminal what begins and what was found; remembers what it has told.
class Narrator {
 public:
  void Tell(const serve::LiveFeed& feed) {
    const auto demo = feed.demo();
    if (!demo) return;
    for (const serve::DemoCase& one : demo->cases) {
      if (one.state == serve::DemoCaseState::kFault && one.id != fault_) {
        fault_ = one.id;
        found_.clear();
        fmt::print("[{}] a recorded fault begins: {}\n", one.id, one.description_en);
      }
      if (one.id == fault_ && one.delay_s && found_ != one.id) {
        found_ = one.id;
        const serve::CausePair& first = one.diagnosed.front();
        fmt::print("[{}] DistDiag says after {:.0f} s: {} {}\n", one.id, *one.delay_s,
                   first.node.value_or("cluster"), domain::GetProblem(first.problem).title_en);
      }
    }
    std::fflush(stdout);
  }

 private:
  std::string fault_;
  std::string found_;
};

}  // namespace

int RunDemo(const DemoArguments& arguments) {
  const bool http =
      arguments.webhook.starts_with("http://") || arguments.webhook.starts_with("https://");
  if (!arguments.webhook.empty() && !http) {
    return Refuse(
        base::InvalidArgument("--webhook: expected an address that begins with http:// or "
                              "https://, found something else"));
  }
  HoldStopSignals();
  base::RealFileSystem files;
  base::RealClock clock;
  const auto engine = engine::Engine::New(DemoConfig(arguments), engine::RunMode::kDemo,
                                          DISTDIAG_VERSION, files, clock);
  if (!engine) return Refuse(engine.error());
  if (const base::Status started = (*engine)->Start(); !started.ok()) return Refuse(started);
  fmt::print(
      "Dashboard          http://localhost:{}\nAPI documentation  http://localhost:{}/docs\n",
      (*engine)->ui_port(), (*engine)->api_port());
  fmt::print("Replaying {} recorded faults of a real 3-node cluster at {}x; {}\n",
             kDemoCases.size(), arguments.speed,
             arguments.seconds > 0 ? fmt::format("stops after {:.0f} s.", arguments.seconds)
                                   : std::string("Ctrl-C stops it."));
  std::fflush(stdout);
  Narrator narrator;
  RunUntilStopped(clock, arguments.seconds, [&] { narrator.Tell((*engine)->feed()); });
  (*engine)->Stop();
  fmt::print("{}", (*engine)->DemoSummary());
  return kDone;
}

}  // namespace distdiag::app

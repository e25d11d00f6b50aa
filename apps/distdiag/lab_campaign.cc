// `distdiag lab campaign`: records labelled cases on the running lab, one after the other.
#include "base/logging.h"
#include "collect/live_source.h"
#include "engine/live_nodes.h"
#include "engine/record/campaign.h"
#include "engine/record/lab_ground.h"
#include "lab/faults/lab_injector.h"
#include "lab/state.h"
#include "load_config.h"
#include "notify/curl_transport.h"
#include "report.h"
#include "run_until_stopped.h"
#include "stop_on_signal.h"
#include "subcommands.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

base::Result<std::unique_ptr<engine::VerdictLog>> LiveVerdicts(
    const LabCampaignArguments& arguments, const engine::LiveSetup& live,
    const base::FileSystem& files) {
  if (arguments.verdicts.empty()) return std::unique_ptr<engine::VerdictLog>();
  ASSIGN_OR_RETURN(detect::ModelArtefact model, detect::LoadModel(files, arguments.model));
  return std::make_unique<engine::VerdictLog>(
      live.topology, live.layout, std::make_shared<const detect::ModelArtefact>(std::move(model)));
}

base::Result<engine::CampaignResult> RunCampaign(const LabCampaignArguments& arguments,
                                                 base::FileSystem& files, base::Clock& clock,
                                                 base::StopSignal& stop) {
  ASSIGN_OR_RETURN(const std::string plan_text, files.ReadFile(arguments.plan));
  ASSIGN_OR_RETURN(const engine::CampaignPlan plan,
                   engine::ParseCampaignPlan(plan_text, arguments.plan));
  ASSIGN_OR_RETURN(const lab::LabState state, lab::ReadState(files, arguments.directory));
  ASSIGN_OR_RETURN(const auto faults, lab::LabInjector::Open(arguments.directory, {}, files, clock,
                                                             [&stop] { return stop.requested(); }));
  const lab::Layout layout(state.options);
  ASSIGN_OR_RETURN(const engine::Config config, LoadLiveConfig(files, layout.config_file()));
  const auto transport = notify::NewCurlTransport();
  ASSIGN_OR_RETURN(engine::LiveSetup live,
                   engine::BuildLiveNodes(config.source, files, *transport, clock));
  ASSIGN_OR_RETURN(const auto verdicts, LiveVerdicts(arguments, live, files));
  ASSIGN_OR_RETURN(const auto ground, engine::LabGround::New(layout, files, clock));
  base::SelfMetrics metrics;
  const domain::Topology topology = live.topology;
  collect::LiveSource source(
      topology, std::move(live.probes),
      collect::LiveOptions{.interval = base::FromSeconds(config.source.interval_s)}, clock,
      metrics);
  engine::CaseWriter writer(files, arguments.out, topology, live.layout,
                            base::FromSeconds(config.source.interval_s));
  ASSIGN_OR_RETURN(const auto written, writer.WrittenCases());
  if (!written.empty() && !arguments.resume)
    return base::Fail(base::FailedPrecondition(fmt::format(
        "{}: expected no cases (or --resume), found {}", arguments.out, written.size())));
  for (const std::string& id : faults->injector().UndoLeftovers(true))
    fmt::print("undid a fault that was left on: {}\n", id);
  engine::Campaign campaign({.source = source,
                             .injector = faults->injector(),
                             .ground = *ground,
                             .writer = writer,
                             .clock = clock,
                             .stop = stop,
                             .say =
                                 [](const std::string& line) {
                                   fmt::print("{}\n", line);
                                   std::fflush(stdout);
                                 },
                             .live = verdicts.get(),
                             .verdicts_path = arguments.verdicts,
                             .files = &files},
                            topology);
  return campaign.Run(plan);
}

}  // namespace

int RunLabCampaign(const LabCampaignArguments& arguments) {
  HoldStopSignals();
  base::SetLogLevel(base::LogLevel::kError);
  base::RealFileSystem files;
  base::RealClock clock;
  base::StopSignal stop;
  const StopOnSignal watch(stop);
  const auto result = RunCampaign(arguments, files, clock, stop);
  if (!result) return Refuse(result.error());
  fmt::print("{}: {} recorded ({} of them disturbed by other work), {} already there, {} failed\n",
             arguments.out, result->recorded, result->disturbed, result->skipped, result->failed);
  return result->failed == 0 ? kDone : kNotPassed;
}

}  // namespace distdiag::app

// `distdiag record`: what live nodes deliver, as a case in the format of recordings/; labels come from the injection journal.
#include "base/logging.h"
#include "engine/live_nodes.h"
#include "engine/record/case_writer.h"
#include "engine/record/journal_labels.h"
#include "lab/faults/lab_injector.h"
#include "load_config.h"
#include "notify/curl_transport.h"
#include "report.h"
#include "run_until_stopped.h"
#include "subcommands.h"

#include <cstdio>
#include <thread>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

base::Result<engine::CaseInfo> Record(const RecordArguments& arguments, base::FileSystem& files,
                                      base::Clock& clock) {
  ASSIGN_OR_RETURN(const engine::Config config, LoadLiveConfig(files, arguments.config_path));
  const auto transport = notify::NewCurlTransport();
  ASSIGN_OR_RETURN(engine::LiveSetup live,
                   engine::BuildLiveNodes(config.source, files, *transport, clock));
  base::SelfMetrics metrics;
  collect::LiveSource source(
      live.topology, std::move(live.probes),
      collect::LiveOptions{.interval = base::FromSeconds(config.source.interval_s)}, clock,
      metrics);
  engine::CaseWriter writer(files, arguments.out, live.topology, live.layout,
                            base::FromSeconds(config.source.interval_s));
  RETURN_FAIL_IF_ERROR(writer.CheckId(arguments.case_id));
  base::StopSignal stop;
  std::jthread reader([&] {
    while (auto tick = source.Next(stop)) writer.Note(tick->samples);
  });
  engine::CaseInfo info;
  info.id = arguments.case_id;
  info.scenario = arguments.scenario;
  info.start = clock.Now();
  RunUntilStopped(clock, arguments.seconds, [&] {
    fmt::print(stderr, "record: {:.0f} of {:.0f} s\r", base::ToSeconds(clock.Now() - info.start),
               arguments.seconds);
  });
  fmt::print(stderr, "\n");
  stop.Request();
  reader.join();
  info.end = clock.Now();
  if (config.lab.directory.empty()) {
    info.normal_end = info.recovered = info.end;
  } else {
    ASSIGN_OR_RETURN(const auto faults,
                     lab::LabInjector::Open(config.lab.directory, {}, files, clock));
    RETURN_FAIL_IF_ERROR(engine::LabelFromJournal(files, config.lab.directory + "/faults",
                                                  faults->driver().Kinds(), live.topology, info));
  }
  RETURN_FAIL_IF_ERROR(writer.Write(info));
  return info;
}

}  // namespace

int RunRecord(const RecordArguments& arguments) {
  HoldStopSignals();
  base::SetLogLevel(base::LogLevel::kWarning);
  base::RealFileSystem files;
  base::RealClock clock;
  const auto info = Record(arguments, files, clock);
  if (!info) return Refuse(info.error());
  fmt::print("{}: case {}, {:.0f} s, {} labels\n", arguments.out, info->id,
             base::ToSeconds(info->end - info->start), info->labels.size());
  return kDone;
}

}  // namespace distdiag::app

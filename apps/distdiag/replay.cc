// `distdiag replay`: one recorded case through the diagnosis, tick by tick.
#include "collect/recorded/recording_loader.h"
#include "engine/record/verdict_log.h"
#include "report.h"
#include "subcommands.h"

#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

base::Result<std::string> Replay(const ReplayArguments& arguments, base::FileSystem& files) {
  std::vector<base::Status> broken;
  ASSIGN_OR_RETURN(const auto recordings,
                   collect::LoadRecordings(files, arguments.data, {arguments.case_id}, broken));
  if (recordings.empty()) return base::Fail(broken.front());
  const collect::Recording& recording = recordings.front();
  ASSIGN_OR_RETURN(detect::ModelArtefact model, detect::LoadModel(files, arguments.model));
  engine::VerdictLog log(recording.topology, recording.layout,
                         std::make_shared<const detect::ModelArtefact>(std::move(model)));
  RETURN_FAIL_IF_ERROR(log.Begin());
  for (std::size_t tick = 0; tick < recording.tick_count(); ++tick)
    log.Note(recording.Tick(tick, base::Duration::zero()));
  return log.Text(recording.times.back());
}

}  // namespace

int RunReplay(const ReplayArguments& arguments) {
  base::RealFileSystem files;
  const auto text = Replay(arguments, files);
  if (!text) return Refuse(text.error());
  if (arguments.verdicts.empty()) {
    fmt::print("{}", *text);
  } else if (const base::Status written = files.WriteFileAtomic(arguments.verdicts, *text);
             !written.ok()) {
    return Refuse(written);
  }
  return kDone;
}

}  // namespace distdiag::app

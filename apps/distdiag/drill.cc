#include "base/clock.h"
#include "base/file_system.h"
#include "base/json_writer.h"
#include "drill_client.h"
#include "drill_progress.h"
#include "notify/curl_transport.h"
#include "report.h"
#include "run_until_stopped.h"
#include "subcommands.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

namespace distdiag::app {
namespace {

constexpr base::Duration kPause = std::chrono::seconds(1);
// A server that is restarted comes back; one that doesn't answer for so long is gone.
constexpr base::Duration kPatience = std::chrono::seconds(60);

base::Result<std::string> RequestOf(const DrillArguments& arguments) {
  if (arguments.suite.empty() == arguments.faults.empty())
    return base::Fail(base::InvalidArgument("expected either --suite or --fault"));
  base::JsonWriter json;
  json.BeginObject();
  if (!arguments.suite.empty()) json.Field("suite", arguments.suite);
  if (!arguments.faults.empty()) {
    json.Key("faults").BeginArray();
    for (const std::string& text : arguments.faults) {
      ASSIGN_OR_RETURN(const std::string fault, FaultToJson(text));
      json.Raw(fault);
    }
    json.EndArray();
  }
  json.Field("duration_s", arguments.seconds).EndObject();
  return json.Take();
}

void Say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

// The one at work; when none is any more, the first that waits.
std::int64_t ToCancel(const std::vector<DrillView>& drills) {
  for (const DrillView& drill : drills) {
    if (!domain::IsOver(drill.phase)) return drill.id;
  }
  return drills.front().id;
}

// Until all are over. Interrupted once: what is at work is undone and what waits is dropped; twice: it is left alone.
base::Result<std::vector<DrillView>> Follow(DrillClient& client, std::vector<DrillView> drills,
                                            base::Clock& clock) {
  std::vector<std::int64_t> ids;
  ids.reserve(drills.size());
  for (const DrillView& drill : drills) ids.push_back(drill.id);
  DrillProgress progress(clock.Now());
  base::Timestamp answered = clock.Now();
  bool cancelled = false;
  while (true) {
    for (const std::string& line : progress.News(drills, clock.Now())) Say(line);
    if (AllOver(drills)) return drills;
    if (StopAskedWithin(kPause)) {
      if (std::exchange(cancelled, true)) return drills;
      Say("Interrupted: undoing (once more leaves it to the server)");
      if (const base::Status status = client.Cancel(ToCancel(drills)); !status.ok())
        Say("Not undone by this command: " + status.message());
    }
    auto looked = client.Look(ids);
    if (looked) {
      drills = std::move(looked).value();
      answered = clock.Now();
    } else if (!looked.error().retryable() || clock.Now() - answered > kPatience) {
      return base::Fail(looked.error());
    }
  }
}

base::Status WriteExport(DrillClient& client, const std::string& run, const std::string& format,
                         const std::string& path, base::FileSystem& files) {
  if (path.empty()) return base::OkStatus();
  ASSIGN_OR_RETURN_STATUS(const std::string text, client.Export(run, format));
  return files.WriteFileAtomic(path, text);
}

}  // namespace

int RunDrill(const DrillArguments& arguments) {
  HoldStopSignals();
  base::RealClock clock;
  base::RealFileSystem files;
  const auto transport = notify::NewCurlTransport();
  DrillClient client(arguments.server, *transport);
  const auto request = RequestOf(arguments);
  if (!request) return Refuse(request.error());
  if (const base::Status connected = client.Connect(); !connected.ok()) return Refuse(connected);
  const auto started = client.Start(*request);
  if (!started) return Refuse(started.error());
  const auto drills = Follow(client, *started, clock);
  if (!drills) return Refuse(drills.error());

  const std::string run = drills->front().run;
  const auto card = client.Export(run, "md");
  if (!card) return Refuse(card.error());
  fmt::print("\n{}", *card);
  for (const auto& [format, path] :
       {std::pair{"json", arguments.json}, std::pair{"md", arguments.markdown}}) {
    if (const base::Status written = WriteExport(client, run, format, path, files); !written.ok())
      return Refuse(written);
  }
  return AllPassed(*drills) ? kDone : kNotPassed;
}

}  // namespace distdiag::app

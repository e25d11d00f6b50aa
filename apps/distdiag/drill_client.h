// The drills of a running DistDiag, over its API.
#pragma once

#include "base/http_transport.h"
#include "base/status.h"
#include "base/time.h"
#include "domain/drill.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::app {

// What the command shows of a drill.
struct DrillView {
  std::int64_t id = 0;
  std::string run;
  std::string faults;  // "cpu on n2 (2)"
  domain::DrillPhase phase = domain::DrillPhase::kWaiting;
  double duration_s = 0;
  std::optional<double> detected_s = std::nullopt;
  std::optional<double> right_first_s = std::nullopt;
  std::optional<double> resolved_s = std::nullopt;
  int rank = 0;
  bool is_control = false;  // nobody is to be alarmed
  bool passed = false;
  std::string message;
};

// {"drills":[…]} as the API writes it, oldest first. DataLoss with what was expected.
base::Result<std::vector<DrillView>> ParseDrills(std::string_view text);

// "cpu:n2:high", "cpu:n2:2.5", "surge", "surge::low" as a fault of the API's NewDrill.
base::Result<std::string> FaultToJson(const std::string& text);

// Thread: single. Every failure is told in the server's own words where it answered.
class DrillClient {
 public:
  // `server`: "http://127.0.0.1:18000". `transport` outlives it.
  DrillClient(std::string server, base::HttpTransport& transport);

  // Looks whether drills are possible, and asks for the token. FailedPrecondition says why they are not.
  base::Status Connect();
  // `request`: schema NewDrill. REQUIRES: Connect() was ok.
  base::Result<std::vector<DrillView>> Start(const std::string& request);
  base::Status Cancel(std::int64_t id);
  // These drills as they now are, in the order of `ids`.
  base::Result<std::vector<DrillView>> Look(const std::vector<std::int64_t>& ids);
  // The scorecard as "json" or "md". Empty `run` = of all.
  base::Result<std::string> Export(const std::string& run, const std::string& format);

 private:
  base::Result<std::string> Get(const std::string& path);
  base::Result<std::string> Post(const std::string& path, const std::string& body);
  base::Result<std::string> Send(base::HttpRequest request);

  const std::string server_;
  base::HttpTransport& transport_;
  std::string token_;
};

}  // namespace distdiag::app

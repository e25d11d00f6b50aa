// The data of the lab's database: loaded and checked by go-tpc (tools/go-tpc), the TPC-C program of PingCAP.
//
// Why so: a known loader with its consistency checks (TPC-C clause 3.3.2) instead of our own, which would check itself.
// Its exit status says nothing about a failed check, so its output is judged.
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "sql/connection.h"

#include <functional>
#include <string>
#include <string_view>

namespace distdiag::lab {

struct DataOptions {
  std::string go_tpc;  // path of the program
  std::string host;
  int port = 3306;
  int warehouses = 3;
  std::string network_namespace;  // path like /run/netns/x, entered by the tool; empty = ours
  std::string log_path;           // its output; written anew
  // The same server as this program reaches it, and account and database for both. The password is seen on the tool's command
  // line: only for a throw-away account.
  sql::Endpoint endpoint;
  base::Duration limit = std::chrono::minutes(10);
};

// Share of the work that is done, in [0, 1]. Called a few times a second.
using DataProgress = std::function<void(double done)>;

// Loads, adds an index on history by customer, and checks. go-tpc has no such index, and without it two of its checks take
// minutes a warehouse. About 290 MB and 1.6 million rows for 3 warehouses.
//   NotFound            no such program
//   FailedPrecondition  the tool failed; its own words are in the message
//   Unavailable         not done within the limit
//   Cancelled           stop was requested
// In each of these cases the tool is no longer running; tables may be there in part.
base::Status LoadData(const DataOptions& options, const DataProgress& progress, base::Clock& clock,
                      base::StopSignal& stop);
// The checks alone, at any time; the same codes. DataLoss: a condition does not hold, named in the message.
base::Status CheckData(const DataOptions& options, base::Clock& clock, base::StopSignal& stop);

// What the output of a finished run means: "Finished" and no failure is ok.
base::Status JudgeGoTpcOutput(std::string_view output);
// Share of the districts whose loading has begun.
double GoTpcProgress(std::string_view output, int warehouses);

}  // namespace distdiag::lab

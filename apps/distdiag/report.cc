#include "report.h"

#include "subcommands.h"

#include <cstdio>

#include <fmt/format.h>

namespace distdiag::app {

int Refuse(const base::Status& status) {
  fmt::print(stderr, "distdiag: {}\n", status.message());
  return kCannotRun;
}

}  // namespace distdiag::app

#include "lab/database_system.h"

#include <fmt/format.h>

namespace distdiag::lab {

const DatabaseSystem& SystemOf(LabDatabase database) {
  switch (database) {
    case LabDatabase::kGalera: return GaleraSystem();
    case LabDatabase::kOceanBase: return OceanBaseSystem();
  }
  return GaleraSystem();
}

std::string StateText(const DatabaseSystem& system, std::string_view state, int cluster_size) {
  if (!system.replicates()) return std::string(state);
  return fmt::format("{} in a cluster of {}", state, cluster_size);
}

}  // namespace distdiag::lab

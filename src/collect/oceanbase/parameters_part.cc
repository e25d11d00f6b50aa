#include "collect/oceanbase/parameters_part.h"

#include "collect/oceanbase/view_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace distdiag::collect {
namespace {

// The list of root services and the versions follow the cluster, which is told by those who watch it.
constexpr auto kWrittenByServer = std::to_array<std::string_view>(
    {"rootservice_list", "min_observer_version", "all_server_list"});

constexpr std::string_view kWithTenants =
    "IF(SCOPE = 'TENANT', CONCAT(NAME, ' of tenant ', TENANT_ID), NAME), VALUE";

}  // namespace

bool IsWrittenByServer(std::string_view parameter) {
  return std::find(kWrittenByServer.begin(), kWrittenByServer.end(), parameter) !=
         kWrittenByServer.end();
}

base::Result<PartReading> ParametersPart::Read(Session& session, base::Timestamp,
                                               base::Duration limit) {
  ViewReader reader(session, clock_.Now() + limit, account_, clock_);
  ASSIGN_OR_RETURN(const auto rows,
                   reader.Ask(has_tenants_ ? kWithTenants : "NAME, VALUE", "V$OB_PARAMETERS",
                              // META tenants follow their user tenants.
                              has_tenants_ ? "WHERE SCOPE <> 'TENANT' OR TENANT_ID = 1"
                                             " OR TENANT_ID % 2 = 0"
                                           : "",
                              "changes of parameters"));
  PartReading reading;
  reading.limits = std::move(reader.missing());
  if (!rows) {
    reading.is_offered = false;
    return reading;
  }
  for (std::string& change : watch_.Next(*rows)) {
    reading.changes.push_back({.time = {},
                               .kind = domain::ChangeKind::kParameter,
                               .node = {},
                               .description = std::move(change)});
  }
  return reading;
}

}  // namespace distdiag::collect

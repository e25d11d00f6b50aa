// Which kind of tenant an id belongs to: the kernel's rule (1 = sys; above 1000 odd = META, even = user); and what it is called.
//
// Thread: const-safe (free functions).
#pragma once

#include "domain/database_structure.h"

#include <cstdint>
#include <map>
#include <string>

#include <fmt/format.h>

namespace distdiag::collect {

inline domain::TenantKind TenantKindOf(std::int64_t id) {
  if (id <= 1000)
    return domain::TenantKind::kSystem;  // 500 to 1000 are internal and have no log stream
  return id % 2 == 1 ? domain::TenantKind::kMeta : domain::TenantKind::kUser;
}

using TenantNames = std::map<std::int64_t, std::string>;

// "tenant shop"; "tenant 1002" where the name is not known.
inline std::string TenantText(std::int64_t tenant, const TenantNames& names) {
  const auto name = names.find(tenant);
  return name == names.end() ? fmt::format("tenant {}", tenant)
                             : fmt::format("tenant {}", name->second);
}

}  // namespace distdiag::collect

// Which kind of tenant an id belongs to: the kernel's rule (1 = sys; above 1000 odd = META, even = user).
//
// Thread: const-safe (free functions).
#pragma once

#include "domain/database_structure.h"

#include <cstdint>

namespace distdiag::collect {

inline domain::TenantKind TenantKindOf(std::int64_t id) {
  if (id <= 1000)
    return domain::TenantKind::kSystem;  // 500 to 1000 are internal and have no log stream
  return id % 2 == 1 ? domain::TenantKind::kMeta : domain::TenantKind::kUser;
}

}  // namespace distdiag::collect

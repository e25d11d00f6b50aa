// The steps that bring a database file to this version's schema.
//
// Why so: PRAGMA user_version counts the steps taken. A step that was released is never changed, only followed.
#pragma once

#include "base/status.h"
#include "store/connection.h"

#include <span>

namespace distdiag::store {

// Written into the header of every database file of DistDiag ("DDg1").
inline constexpr int kApplicationId = 0x44446731;

// SQL of step i brings user_version from i to i + 1.
std::span<const char* const> Migrations();

// FailedPrecondition when the file has more than `newest` steps or is another program's; reads only.
base::Status CheckOrigin(Connection& connection, std::int64_t newest);

// Takes the steps that are missing, each in its own transaction, after CheckOrigin().
base::Status Migrate(Connection& connection, std::span<const char* const> migrations);

}  // namespace distdiag::store

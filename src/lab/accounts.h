// The accounts of the lab's database and what each may do: the one place where grants stand.
//
// Thread: safe (pure, but for NewPassword).
#pragma once

#include "base/status.h"
#include "lab/layout.h"

#include <string>
#include <string_view>
#include <vector>

namespace distdiag::lab {

// Statements for the administrator, replicated to all nodes; they may be repeated.
//   kClientUser   everything in kDatabase and nothing else: terminals, the loader, and faults made by ordinary SQL
//   kMonitorUser  what docs/collectors.md grants: it reads status, never a table's rows
// Faults that need more (FLUSH, SET GLOBAL, shutting down) go over the socket as root.
std::vector<std::string> AccountStatements(std::string_view monitor_password);

// <run>/monitor.password, readable by root only.
std::string MonitorPasswordFile(const Layout& layout);
// 32 hexadecimal digits of the kernel's randomness.
base::Result<std::string> NewPassword();
base::Status WriteSecret(const std::string& path, std::string_view secret);

}  // namespace distdiag::lab

// The password of the monitoring account; what the accounts may do: DatabaseSystem::AccountStatements.
//
// Thread: safe.
#pragma once

#include "base/status.h"
#include "lab/layout.h"

#include <string>
#include <string_view>

namespace distdiag::lab {

// <run>/monitor.password, readable by root only.
std::string MonitorPasswordFile(const Layout& layout);
// 32 hexadecimal digits of the kernel's randomness.
base::Result<std::string> NewPassword();
base::Status WriteSecret(const std::string& path, std::string_view secret);

}  // namespace distdiag::lab

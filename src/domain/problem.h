// The kinds of trouble DistDiag can name.
//
// Why so: one table serves training labels, verdicts, notifications, API and UI. A problem's `name` is the label used in
// recordings and artefacts and never changes.
// Thread: const-safe (constants).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace distdiag::domain {

enum class ProblemId : std::uint8_t {
  kUnknown,  // something is wrong there, no known type is convincing
  kCpu,
  kIo,
  kNetwork,
  kCache,
  kSurge,
  kIndex,
  kLock,
  kSlowSql,
  kNetworkDelay,
  kNetworkLoss,
  kStall,
  kBackupLock,
  kCrash,
};
inline constexpr std::size_t kProblemCount = 14;

enum class ProblemScope { kNode, kCluster };

struct ProblemInfo {
  ProblemId id;
  std::string_view name;  // label in recordings: "cpu", "net", …
  ProblemScope scope;
  std::string_view title_en;  // "CPU saturated"
  std::string_view title_zh;
  std::string_view summary_en;  // completes "<node> …": "is short of CPU: another process takes it"
  std::string_view summary_zh;
  std::string_view next_check_en;  // a read-only check that would confirm it
  std::string_view next_check_zh;
};

std::span<const ProblemInfo> AllProblems();  // indexed by ProblemId
const ProblemInfo& GetProblem(ProblemId id);
std::optional<ProblemId> FindProblem(std::string_view name);
std::string_view ProblemScopeName(ProblemScope scope);  // "node" "cluster"

}  // namespace distdiag::domain

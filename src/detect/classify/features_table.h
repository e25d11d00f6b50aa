// The quantities of features.h with their formulas: private to the featurizer and its tests.
#pragma once

#include "detect/classify/features.h"

#include <span>
#include <string_view>

namespace distdiag::detect {

// Raw metrics that the quantities are made of; the order is that of SignalMetrics().
enum class Signal : std::size_t {
  kTps,
  kP95,
  kThreadsRunning,
  kThreadsConnected,
  kRowLockTime,
  kRowLockWaits,
  kBruteForceAborts,
  kFlowPausedNs,
  kFlowSent,
  kReceiveQueue,
  kReplicationLatency,
  kReadRndNext,
  kRowsUpdated,
  kRowsWritten,
  kRowsDeleted,
  kPoolReads,
  kPoolReadRequests,
  kPoolWriteRequests,
  kPoolPages,
  kLogWritten,
  kLogRequests,
  kDataReads,
  kDataWrites,
  kDataWritten,
  kCpuExt,
  kCpuDb,
  kCpuThrottled,
  kPsiCpu,
  kPsiIo,
  kDiskUtil,
  kDiskReads,
  kDiskWrites,
  kDiskWriteKb,
  kNetTxKb,
  kNetRxKb,
  kTcpRetrans,
  kTcpTimeouts,
  kProbeMs,
  kUp,
  kCommits,
};

enum class Transform {
  kLog,    // compared as ln(value + floor): the floor is what is too little to matter
  kShare,  // compared as it is
};

enum class Worse { kHigh, kLow };  // the bad side, for the aspects that look at other nodes

struct QuantityInfo {
  std::string_view name;
  double (*formula)(const SignalRow& signals);  // NaN when an input is NaN
  Transform transform;
  double floor;  // kLog only, in the quantity's unit
  Worse worse;
  Signal stands_for;  // whose metric is shown as evidence
};

std::span<const QuantityInfo, kQuantityCount> Quantities();
std::span<const std::string_view, kExtraCount> ExtraNames();

}  // namespace distdiag::detect

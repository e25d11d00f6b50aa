#include "domain/backtest.h"

namespace distdiag::domain {

BacktestVerdict Compare(const Backtest& backtest, const BacktestPair& pair) {
  if (!pair.after) return BacktestVerdict::kLost;
  if (!pair.before) return BacktestVerdict::kNew;
  const auto& before = backtest.before.incidents[*pair.before].verdict.ranking;
  const auto& after = backtest.after.incidents[*pair.after].verdict.ranking;
  if (before.empty() || after.empty())
    return before.empty() == after.empty() ? BacktestVerdict::kSame : BacktestVerdict::kOtherCause;
  const bool same = before.front().target == after.front().target &&
                    before.front().problem == after.front().problem;
  return same ? BacktestVerdict::kSame : BacktestVerdict::kOtherCause;
}

}  // namespace distdiag::domain

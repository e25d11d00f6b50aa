#include "base/status.h"

#include <gtest/gtest.h>

namespace distdiag::base {
namespace {

Result<int> Half(int n) {
  if (n % 2 != 0)
    return Fail(InvalidArgument("expected an even number, found " + std::to_string(n)));
  return n / 2;
}

Result<int> Quarter(int n) {
  ASSIGN_OR_RETURN(const int half, Half(n));
  ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

Status CheckQuarter(int n) {
  ASSIGN_OR_RETURN_STATUS([[maybe_unused]] const int quarter, Quarter(n));
  return OkStatus();
}

TEST(StatusTest, FailuresTravelThroughTheMacros) {
  EXPECT_EQ(*Quarter(12), 3);
  ASSERT_FALSE(Quarter(6));
  EXPECT_EQ(Quarter(6).error().message(), "expected an even number, found 3");
  EXPECT_TRUE(CheckQuarter(4).ok());
  EXPECT_EQ(CheckQuarter(5).code(), StatusCode::kInvalidArgument);
}

TEST(StatusTest, OnlyOutsideTroubleIsRetryable) {
  EXPECT_TRUE(Unavailable("x").retryable());
  EXPECT_TRUE(ResourceExhausted("x").retryable());
  EXPECT_FALSE(InvalidArgument("x").retryable());
  EXPECT_FALSE(OkStatus().retryable());
}

TEST(StatusTest, AMessageIsOneLineWhateverItQuotes) {
  EXPECT_EQ(InvalidArgument("found \"a\nb\tc\x7f\"").message(), "found \"a b c \"");
}

TEST(StatusTest, EveryCodeHasAName) {
  for (int code = 0; code <= static_cast<int>(StatusCode::kInternal); ++code) {
    EXPECT_FALSE(StatusCodeName(static_cast<StatusCode>(code)).empty());
  }
}

}  // namespace
}  // namespace distdiag::base

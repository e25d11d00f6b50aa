#include "detect/classify/change_signature.h"

#include <limits>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(ChangeSignatureTest, SaysWhichWayEachColumnMoved) {
  // columns: rises, falls, overlaps, stands still
  const std::vector<double> before = {1, 9, 1, 5, 2, 8, 3, 5};
  const std::vector<double> after = {3, 3, 2, 5, 3, 3, 2, 5};
  const ChangeSignature signature = SignatureOf(before, after, 4);
  ASSERT_EQ(signature.size(), 8U);
  EXPECT_FLOAT_EQ(signature[0], 1);
  EXPECT_FLOAT_EQ(signature[1], -1);
  EXPECT_FLOAT_EQ(signature[2], 0);
  EXPECT_FLOAT_EQ(signature[3], 0);
  EXPECT_FLOAT_EQ(signature[4], 1.5F / 4.5F);
  EXPECT_FLOAT_EQ(signature[5], -5.5F / 11.5F);
  EXPECT_FLOAT_EQ(signature[7], 0);
}

TEST(ChangeSignatureTest, MissingAndHugeValuesAreSurvived) {
  const std::vector<double> before = {kNone, 1e308, 0, kNone, -1e308, 0};
  const std::vector<double> after = {1, 1e308, 0, 2, 1e308, 0};
  const ChangeSignature signature = SignatureOf(before, after, 3);
  EXPECT_FLOAT_EQ(signature[0], 0);
  for (const float value : signature) {
    EXPECT_GE(value, -1);
    EXPECT_LE(value, 1);
  }
}

TEST(ChangeSignatureTest, LikeIsNearerThanUnlike) {
  const ChangeSignature a = {1, -1, 0, 0.5F, -0.5F, 0};
  const ChangeSignature like = {0.8F, -1, 0.2F, 0.4F, -0.3F, 0};
  const ChangeSignature unlike = {-1, 0.3F, 1, 0, 0.9F, 0.5F};
  EXPECT_NEAR(SignatureSimilarity(a, a), 2, 1e-6);
  EXPECT_GT(SignatureSimilarity(a, like), 1.8);
  EXPECT_LT(SignatureSimilarity(a, unlike), 0);
  EXPECT_EQ(SignatureSimilarity(a, ChangeSignature(6, 0.0F)), 0);
}

TEST(ChangeSignatureTest, ProblemsAtOnceAddUp) {
  const ChangeSignature a = {1, 0, -0.4F, 0.2F}, b = {0.5F, 0.3F, 0.4F, 0.2F};
  const ChangeSignature* const parts[] = {&a, &b};
  const ChangeSignature both = CombineSignatures(parts);
  EXPECT_FLOAT_EQ(both[0], 1);
  EXPECT_FLOAT_EQ(both[1], 0.3F);
  EXPECT_FLOAT_EQ(both[2], 0);
  EXPECT_FLOAT_EQ(both[3], 0.4F);
}

}  // namespace
}  // namespace distdiag::detect

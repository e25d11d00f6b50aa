#include "lab/workload/tpcc_plan.h"

#include "lab/workload/tpcc_random.h"

#include <array>
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

constexpr int kDraws = 20000;

TpccPlanner Planner(std::uint64_t seed = 1, int warehouses = 3, int home = 2) {
  return TpccPlanner({.warehouses = warehouses, .home_warehouse = home, .home_district = 4},
                     base::Random(seed));
}

// Share of `count` in kDraws, within four standard deviations of a binomial count.
testing::Matcher<int> About(double share, double draws = kDraws) {
  const double mean = share * draws, spread = 4 * std::sqrt(draws * share * (1 - share));
  return testing::AllOf(testing::Ge(static_cast<int>(mean - spread)),
                        testing::Le(static_cast<int>(mean + spread)));
}

TEST(TpccRandom, NonUniformStaysInRangeAndReachesItsEnds) {
  base::Random random(7);
  std::set<int> seen;
  for (int i = 0; i < kDraws; ++i)
    seen.insert(NonUniformInt(random, {.a = 15, .low = 3, .high = 42, .c = 9}));
  EXPECT_EQ(*seen.begin(), 3);
  EXPECT_EQ(*seen.rbegin(), 42);
  EXPECT_EQ(seen.size(), 40u);
}

TEST(TpccRandom, CustomersAndItemsStayInTheirTables) {
  base::Random random(7);
  std::array<int, 2> most{}, least{kItems, kItems};
  for (int i = 0; i < 10 * kDraws; ++i) {
    const int customer = RandomCustomer(random), item = RandomItem(random);
    least = {std::min(least[0], customer), std::min(least[1], item)};
    most = {std::max(most[0], customer), std::max(most[1], item)};
  }
  EXPECT_GE(least[0], 1);
  EXPECT_LE(most[0], kCustomersOfDistrict);
  EXPECT_GE(least[1], 1);
  EXPECT_LE(most[1], kItems);
}

TEST(TpccRandom, LastNamesAreSyllablesOfTheDigits) {
  EXPECT_EQ(LastName(371), "PRICALLYOUGHT");  // the example of clause 4.3.2.3
  EXPECT_EQ(LastName(40), "BARPRESBAR");
  EXPECT_EQ(LastName(0), "BARBARBAR");
  EXPECT_EQ(LastName(999), "EINGEINGEING");
}

TEST(TpccRandom, ThinkTimeHasItsMeanAndItsLimit) {
  base::Random random(7);
  const base::Duration mean = std::chrono::milliseconds(250);
  base::Duration sum{0}, longest{0};
  for (int i = 0; i < 10 * kDraws; ++i) {
    const base::Duration drawn = RandomThinkTime(random, ThinkTime::kExponential, mean);
    EXPECT_GE(drawn, base::Duration::zero());
    sum += drawn;
    longest = std::max(longest, drawn);
  }
  EXPECT_NEAR(base::ToSeconds(sum) / (10 * kDraws), 0.25, 0.003);  // 5 standard errors
  EXPECT_LE(longest, 10 * mean);
  EXPECT_GT(longest, 5 * mean);
  EXPECT_EQ(RandomThinkTime(random, ThinkTime::kFixed, mean), mean);
}

TEST(TpccPlanner, MixIsTheStandards) {
  TpccPlanner planner = Planner();
  std::array<int, 5> count{};
  for (int i = 0; i < kDraws; ++i) ++count.at(planner.Next().index());
  EXPECT_THAT(count[0], About(0.45));
  EXPECT_THAT(count[1], About(0.43));
  EXPECT_THAT(count[2], About(0.04));
  EXPECT_THAT(count[3], About(0.04));
  EXPECT_THAT(count[4], About(0.04));
}

TEST(TpccPlanner, NewOrdersFollowTheStandard) {
  TpccPlanner planner = Planner();
  int orders = 0, rolled_back = 0, lines = 0, remote = 0;
  for (int i = 0; i < kDraws; ++i) {
    const TransactionPlan plan = planner.Next();
    const auto* order = std::get_if<NewOrderPlan>(&plan);
    if (order == nullptr) continue;
    ++orders;
    EXPECT_EQ(order->district.warehouse, 2);
    EXPECT_THAT(order->district.number, testing::AllOf(testing::Ge(1), testing::Le(10)));
    EXPECT_THAT(order->lines.size(), testing::AllOf(testing::Ge(5u), testing::Le(15u)));
    for (std::size_t k = 0; k < order->lines.size(); ++k) {
      const OrderLinePlan& line = order->lines[k];
      ++lines;
      remote += line.supply_warehouse != 2 ? 1 : 0;
      rolled_back += line.item == kUnusedItem ? 1 : 0;
      EXPECT_THAT(line.supply_warehouse, testing::AllOf(testing::Ge(1), testing::Le(3)));
      EXPECT_TRUE(line.item <= kItems || k + 1 == order->lines.size());
    }
  }
  EXPECT_THAT(rolled_back, About(0.01, orders));
  EXPECT_THAT(remote, About(0.01, lines));
  EXPECT_NEAR(static_cast<double>(lines) / orders, 10, 0.2);
}

TEST(TpccPlanner, PaymentsAreRemoteAndByNameAsOftenAsTheStandardSays) {
  TpccPlanner planner = Planner();
  int payments = 0, remote = 0, by_name = 0;
  for (int i = 0; i < kDraws; ++i) {
    const TransactionPlan plan = planner.Next();
    const auto* payment = std::get_if<PaymentPlan>(&plan);
    if (payment == nullptr) continue;
    ++payments;
    EXPECT_THAT(payment->amount_cents, testing::AllOf(testing::Ge(100), testing::Le(500000)));
    EXPECT_EQ(payment->customer.number == 0, !payment->customer.last_name.empty());
    remote += payment->customer.district.warehouse != payment->district.warehouse ? 1 : 0;
    by_name += payment->customer.number == 0 ? 1 : 0;
  }
  EXPECT_THAT(remote, About(0.15, payments));
  EXPECT_THAT(by_name, About(0.60, payments));
}

TEST(TpccPlanner, OneWarehouseHasNoRemoteOne) {
  TpccPlanner planner = Planner(1, 1, 1);
  for (int i = 0; i < 2000; ++i) {
    const TransactionPlan plan = planner.Next();
    if (const auto* payment = std::get_if<PaymentPlan>(&plan)) {
      EXPECT_EQ(payment->customer.district.warehouse, 1);
    }
  }
}

TEST(TpccPlanner, TheSameSeedGivesTheSamePlans) {
  TpccPlanner one = Planner(5), same = Planner(5), other = Planner(6);
  int differ = 0;
  for (int i = 0; i < 500; ++i) {
    const TransactionPlan a = one.Next(), b = same.Next(), c = other.Next();
    ASSERT_EQ(a.index(), b.index());
    if (const auto* payment = std::get_if<PaymentPlan>(&a)) {
      EXPECT_EQ(payment->amount_cents, std::get<PaymentPlan>(b).amount_cents);
    }
    differ += a.index() != c.index() ? 1 : 0;
  }
  EXPECT_GT(differ, 100);
}

}  // namespace
}  // namespace distdiag::lab

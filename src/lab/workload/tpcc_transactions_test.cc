#include "lab/workload/tpcc_transactions.h"

#include "lab/workload/testing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const District kHome{.warehouse = 2, .number = 7};

std::vector<Answer> Data() {
  return {{"SELECT c_discount", {"0.1", "BARBARBAR", "GC", "0.05"}},
          {"SELECT d_next_o_id", {"3001", "0.02"}},
          {"SELECT i_price, i_name, i_data FROM item WHERE i_id = 100001", {}},
          {"SELECT i_price", {"12.34", "a thing", "data"}},
          {"SELECT s_quantity", {"15", "stock", "it's"}},
          {"SELECT w_name", {"ware"}},
          {"SELECT d_name", {"dist"}},
          {"SELECT c_id", {"42"}},
          {"SELECT c_credit", {"BC"}},
          {"SELECT c_data", {std::string(500, 'x')}},
          {"SELECT c_balance", {"-10.00"}},
          {"SELECT o_id", {"77"}},
          {"SELECT no_o_id", {"2101"}},
          {"SELECT o_c_id", {"9"}},
          {"SELECT SUM", {"150.5"}},
          {"SELECT COUNT", {"3"}}};
}

TEST(TpccTransactions, NewOrderSendsOneStatementALineOfTheStandard) {
  FakeSession session(Data());
  const NewOrderPlan plan{.district = kHome,
                          .customer = 11,
                          .lines = {{.item = 5, .supply_warehouse = 2, .quantity = 3},
                                    {.item = 6, .supply_warehouse = 1, .quantity = 10}}};
  const auto end = RunTransaction(plan, session);
  ASSERT_TRUE(end) << end.error().message();
  EXPECT_EQ(*end, TransactionEnd::kCommitted);
  EXPECT_THAT(
      session.statements,
      ElementsAre(
          "BEGIN",
          StartsWith("SELECT c_discount, c_last, c_credit, w_tax FROM customer, warehouse"),
          "SELECT d_next_o_id, d_tax FROM district WHERE d_w_id = 2 AND d_id = 7 FOR UPDATE",
          "UPDATE district SET d_next_o_id = 3002 WHERE d_w_id = 2 AND d_id = 7",
          "INSERT INTO orders (o_id, o_d_id, o_w_id, o_c_id, o_entry_d, o_ol_cnt, o_all_local) "
          "VALUES (3001, 7, 2, 11, NOW(), 2, 0)",
          "INSERT INTO new_order (no_o_id, no_d_id, no_w_id) VALUES (3001, 7, 2)",
          "SELECT i_price, i_name, i_data FROM item WHERE i_id = 5",
          "SELECT s_quantity, s_data, s_dist_07 FROM stock WHERE s_w_id = 2 AND s_i_id = 5 FOR "
          "UPDATE",
          "UPDATE stock SET s_quantity = 12, s_ytd = s_ytd + 3, s_order_cnt = s_order_cnt + 1, "
          "s_remote_cnt = s_remote_cnt + 0 WHERE s_w_id = 2 AND s_i_id = 5",
          "INSERT INTO order_line (ol_o_id, ol_d_id, ol_w_id, ol_number, ol_i_id, "
          "ol_supply_w_id, ol_quantity, ol_amount, ol_dist_info) VALUES (3001, 7, 2, 1, 5, 2, 3, "
          "37.02, 'it\\'s')",
          testing::_, HasSubstr("s_w_id = 1 AND s_i_id = 6 FOR UPDATE"),
          // 15 in stock, 10 asked for: 91 more, clause 2.4.2.2.
          HasSubstr("SET s_quantity = 96, s_ytd = s_ytd + 10, s_order_cnt = s_order_cnt + 1, "
                    "s_remote_cnt = s_remote_cnt + 1 WHERE s_w_id = 1"),
          HasSubstr("(3001, 7, 2, 2, 6, 1, 10, 123.40, "), "COMMIT"));
}

TEST(TpccTransactions, AnUnusedItemRollsTheOrderBack) {
  FakeSession session(Data());
  const NewOrderPlan plan{.district = kHome,
                          .customer = 11,
                          .lines = {{.item = kUnusedItem, .supply_warehouse = 2, .quantity = 1}}};
  const auto end = RunTransaction(plan, session);
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, TransactionEnd::kRolledBack);
  EXPECT_EQ(session.statements.back(), "ROLLBACK");
}

TEST(TpccTransactions, PaymentOfABadCreditorKeepsHisDataShort) {
  FakeSession session(Data());
  const PaymentPlan plan{.district = kHome,
                         .customer = {.district = {.warehouse = 1, .number = 3},
                                      .number = 0,
                                      .last_name = "BARBARBAR"},
                         .amount_cents = 12305};
  ASSERT_TRUE(RunTransaction(plan, session));
  EXPECT_THAT(
      session.statements,
      ElementsAre("BEGIN", "UPDATE warehouse SET w_ytd = w_ytd + 123.05 WHERE w_id = 2",
                  StartsWith("SELECT w_name"),
                  "UPDATE district SET d_ytd = d_ytd + 123.05 WHERE d_w_id = 2 AND d_id = 7",
                  StartsWith("SELECT d_name"),
                  "SELECT c_id FROM customer WHERE c_w_id = 1 AND c_d_id = 3 AND c_last = "
                  "'BARBARBAR' ORDER BY c_first",
                  StartsWith("SELECT c_credit"), StartsWith("SELECT c_data"),
                  StartsWith("UPDATE customer SET c_balance = c_balance - 123.05, "
                             "c_ytd_payment = c_ytd_payment + 123.05, c_payment_cnt = "
                             "c_payment_cnt + 1, c_data = '42 3 1 7 2 123.05 xxx"),
                  StartsWith("INSERT INTO history"), "COMMIT"));
  const std::string& update = session.statements[8];
  const auto data = update.find('\''), end = update.rfind('\'');
  EXPECT_EQ(end - data - 1, 500u);
  EXPECT_THAT(session.statements[9],
              HasSubstr("VALUES (3, 1, 42, 7, 2, NOW(), 123.05, 'ware    dist')"));
}

TEST(TpccTransactions, DeliveryTakesTheOldestOrderOfEachDistrict) {
  FakeSession session(Data());
  ASSERT_TRUE(RunTransaction(DeliveryPlan{.warehouse = 2, .carrier = 4}, session));
  ASSERT_EQ(session.statements.size(), 2u + 10 * 7);
  EXPECT_THAT(
      std::vector<std::string>(session.statements.begin() + 1, session.statements.begin() + 8),
      ElementsAre(
          "SELECT no_o_id FROM new_order WHERE no_w_id = 2 AND no_d_id = 1 ORDER BY no_o_id LIMIT "
          "1 FOR UPDATE",
          "DELETE FROM new_order WHERE no_w_id = 2 AND no_d_id = 1 AND no_o_id = 2101",
          "SELECT o_c_id FROM orders WHERE o_w_id = 2 AND o_d_id = 1 AND o_id = 2101",
          "UPDATE orders SET o_carrier_id = 4 WHERE o_w_id = 2 AND o_d_id = 1 AND o_id = 2101",
          "UPDATE order_line SET ol_delivery_d = NOW() WHERE ol_w_id = 2 AND ol_d_id = 1 AND "
          "ol_o_id = 2101",
          "SELECT SUM(ol_amount) FROM order_line WHERE ol_w_id = 2 AND ol_d_id = 1 AND ol_o_id = "
          "2101",
          "UPDATE customer SET c_balance = c_balance + 150.50, c_delivery_cnt = c_delivery_cnt + 1 "
          "WHERE c_w_id = 2 AND c_d_id = 1 AND c_id = 9"));
}

TEST(TpccTransactions, OrderStatusAndStockLevelOnlyRead) {
  FakeSession session(Data());
  ASSERT_TRUE(RunTransaction(
      OrderStatusPlan{.customer = {.district = kHome, .number = 8, .last_name = {}}}, session));
  ASSERT_TRUE(RunTransaction(StockLevelPlan{.district = kHome, .threshold = 12}, session));
  EXPECT_THAT(session.kinds, testing::Each(testing::Ne(StatementKind::kWrite)));
  EXPECT_THAT(
      session.statements,
      testing::Contains("SELECT COUNT(DISTINCT s_i_id) FROM order_line, stock WHERE ol_w_id = 2 "
                        "AND ol_d_id = 7 AND ol_o_id < 3001 AND ol_o_id >= 2981 AND s_w_id = 2 "
                        "AND s_i_id = ol_i_id AND s_quantity < 12"));
}

TEST(TpccTransactions, DataThatIsNotThereIsSaid) {
  FakeSession session;
  const auto end = RunTransaction(StockLevelPlan{.district = kHome, .threshold = 12}, session);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code(), base::StatusCode::kFailedPrecondition);
  EXPECT_THAT(end.error().message(), HasSubstr("is the data loaded?"));
}

}  // namespace
}  // namespace distdiag::lab

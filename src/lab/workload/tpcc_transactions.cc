#include "lab/workload/tpcc_transactions.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr std::size_t kLongestCustomerData = 500;  // characters of c_data
constexpr int kRecentOrders = 20;                  // orders that Stock-Level looks at

std::string Cents(int cents) { return fmt::format("{}.{:02}", cents / 100, cents % 100); }

// A row of a result as text and numbers; what is not there or no number is 0 or empty, the server's types rule that out.
class Row {
 public:
  explicit Row(const std::vector<std::optional<std::string>>& cells) : cells_(&cells) {}
  std::string Text(std::size_t column) const {
    return column < cells_->size() ? cells_->at(column).value_or("") : "";
  }
  int Int(std::size_t column) const {
    const std::string text = Text(column);
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
  // "12.34" as 1234, and "12.3" as 1230.
  int Cents(std::size_t column) const {
    std::string text = Text(column);
    const auto point = std::min(text.find('.'), text.size());
    text.resize(point + 3, '0');
    text.erase(point, 1);
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }

 private:
  const std::vector<std::optional<std::string>>* cells_;
};

base::Result<sql::ResultSet> Read(Session& session, const std::string& statement) {
  return session.Run(StatementKind::kRead, statement);
}

// The first row must be there.
base::Result<sql::ResultSet> ReadRow(Session& session, const std::string& statement) {
  ASSIGN_OR_RETURN(sql::ResultSet result, Read(session, statement));
  if (!result.rows.empty()) return result;
  return base::Fail(base::FailedPrecondition(
      fmt::format("expected a row, found none: is the data loaded? {}", statement)));
}

base::Status Write(Session& session, const std::string& statement) {
  const auto result = session.Run(StatementKind::kWrite, statement);
  return result ? base::OkStatus() : result.error();
}

base::Status Control(Session& session, const std::string& statement) {
  const auto result = session.Run(StatementKind::kControl, statement);
  return result ? base::OkStatus() : result.error();
}

std::string OfCustomer(const District& district, int customer) {
  return fmt::format("c_w_id = {} AND c_d_id = {} AND c_id = {}", district.warehouse,
                     district.number, customer);
}

// Clauses 2.5.2.2 and 2.6.2.2, case 2: of n customers with the name, ordered by first name, the one at n/2 rounded up.
base::Result<int> FindCustomer(Session& session, const CustomerChoice& choice,
                               std::string_view columns) {
  if (choice.number != 0) return choice.number;
  ASSIGN_OR_RETURN(
      const sql::ResultSet found,
      ReadRow(session,
              fmt::format("SELECT {} FROM customer WHERE c_w_id = {} AND c_d_id = {} AND c_last "
                          "= '{}' ORDER BY c_first",
                          columns, choice.district.warehouse, choice.district.number,
                          choice.last_name)));
  return Row(found.rows[(found.rows.size() + 1) / 2 - 1]).Int(0);
}

// ---- New-Order, clause 2.4.2.2

base::Result<int> OpenOrder(Session& session, const NewOrderPlan& plan) {
  const District& at = plan.district;
  RETURN_FAIL_IF_ERROR(Control(session, "BEGIN"));
  ASSIGN_OR_RETURN(
      const auto customer,
      ReadRow(session, fmt::format("SELECT c_discount, c_last, c_credit, w_tax FROM customer, "
                                   "warehouse WHERE w_id = {} AND {}",
                                   at.warehouse, OfCustomer(at, plan.customer))));
  ASSIGN_OR_RETURN(const auto district,
                   ReadRow(session, fmt::format("SELECT d_next_o_id, d_tax FROM district WHERE "
                                                "d_w_id = {} AND d_id = {} FOR UPDATE",
                                                at.warehouse, at.number)));
  const int order = Row(district.rows.front()).Int(0);
  RETURN_FAIL_IF_ERROR(
      Write(session, fmt::format("UPDATE district SET d_next_o_id = {} WHERE d_w_id = {} AND "
                                 "d_id = {}",
                                 order + 1, at.warehouse, at.number)));
  const bool all_local =
      std::all_of(plan.lines.begin(), plan.lines.end(),
                  [&](const OrderLinePlan& line) { return line.supply_warehouse == at.warehouse; });
  RETURN_FAIL_IF_ERROR(Write(
      session, fmt::format("INSERT INTO orders (o_id, o_d_id, o_w_id, o_c_id, o_entry_d, o_ol_cnt, "
                           "o_all_local) VALUES ({}, {}, {}, {}, NOW(), {}, {})",
                           order, at.number, at.warehouse, plan.customer, plan.lines.size(),
                           all_local ? 1 : 0)));
  RETURN_FAIL_IF_ERROR(Write(
      session, fmt::format("INSERT INTO new_order (no_o_id, no_d_id, no_w_id) VALUES ({}, {}, {})",
                           order, at.number, at.warehouse)));
  return order;
}

int StockAfter(int in_stock, int ordered) {
  return in_stock >= ordered + 10 ? in_stock - ordered : in_stock - ordered + 91;
}

struct OrderLine {
  int order = 0;
  int number = 0;  // within the order, from 1
};

// False: there is no such item.
base::Result<bool> AddLine(Session& session, const NewOrderPlan& plan, const OrderLine& at) {
  const OrderLinePlan& line = plan.lines[static_cast<std::size_t>(at.number - 1)];
  const District& home = plan.district;
  ASSIGN_OR_RETURN(
      const auto item,
      Read(session,
           fmt::format("SELECT i_price, i_name, i_data FROM item WHERE i_id = {}", line.item)));
  if (item.rows.empty()) return false;
  ASSIGN_OR_RETURN(
      const auto stock,
      ReadRow(session, fmt::format("SELECT s_quantity, s_data, s_dist_{:02} FROM stock WHERE "
                                   "s_w_id = {} AND s_i_id = {} FOR UPDATE",
                                   home.number, line.supply_warehouse, line.item)));
  const Row in_stock(stock.rows.front());
  const bool remote = line.supply_warehouse != home.warehouse;
  RETURN_FAIL_IF_ERROR(Write(
      session, fmt::format("UPDATE stock SET s_quantity = {}, s_ytd = s_ytd + {}, s_order_cnt = "
                           "s_order_cnt + 1, s_remote_cnt = s_remote_cnt + {} WHERE s_w_id = {} "
                           "AND s_i_id = {}",
                           StockAfter(in_stock.Int(0), line.quantity), line.quantity,
                           remote ? 1 : 0, line.supply_warehouse, line.item)));
  const int amount = line.quantity * Row(item.rows.front()).Cents(0);
  RETURN_FAIL_IF_ERROR(Write(
      session, fmt::format("INSERT INTO order_line (ol_o_id, ol_d_id, ol_w_id, ol_number, ol_i_id, "
                           "ol_supply_w_id, ol_quantity, ol_amount, ol_dist_info) VALUES ({}, {}, "
                           "{}, {}, {}, {}, {}, {}, {})",
                           at.order, home.number, home.warehouse, at.number, line.item,
                           line.supply_warehouse, line.quantity, Cents(amount),
                           sql::Quoted(in_stock.Text(2)))));
  return true;
}

base::Result<TransactionEnd> Run(const NewOrderPlan& plan, Session& session) {
  ASSIGN_OR_RETURN(const int order, OpenOrder(session, plan));
  for (int number = 1; number <= static_cast<int>(plan.lines.size()); ++number) {
    ASSIGN_OR_RETURN(const bool found, AddLine(session, plan, {.order = order, .number = number}));
    if (!found) {
      RETURN_FAIL_IF_ERROR(Control(session, "ROLLBACK"));
      return TransactionEnd::kRolledBack;
    }
  }
  RETURN_FAIL_IF_ERROR(Control(session, "COMMIT"));
  return TransactionEnd::kCommitted;
}

// ---- Payment, clause 2.5.2.2

// Adds the amount to warehouse and district; the text of the history row, from both names.
base::Result<std::string> CreditHome(Session& session, const PaymentPlan& plan) {
  const std::string amount = Cents(plan.amount_cents);
  const std::string warehouse = fmt::format("WHERE w_id = {}", plan.district.warehouse);
  const std::string district =
      fmt::format("WHERE d_w_id = {} AND d_id = {}", plan.district.warehouse, plan.district.number);
  RETURN_FAIL_IF_ERROR(
      Write(session, fmt::format("UPDATE warehouse SET w_ytd = w_ytd + {} {}", amount, warehouse)));
  ASSIGN_OR_RETURN(const auto warehouse_row,
                   ReadRow(session,
                           "SELECT w_name, w_street_1, w_street_2, w_city, w_state, "
                           "w_zip FROM warehouse " +
                               warehouse));
  RETURN_FAIL_IF_ERROR(
      Write(session, fmt::format("UPDATE district SET d_ytd = d_ytd + {} {}", amount, district)));
  ASSIGN_OR_RETURN(const auto district_row,
                   ReadRow(session,
                           "SELECT d_name, d_street_1, d_street_2, d_city, d_state, "
                           "d_zip FROM district " +
                               district));
  return Row(warehouse_row.rows.front()).Text(0) + "    " + Row(district_row.rows.front()).Text(0);
}

// Of a customer with bad credit: what was paid, put before what is known of him.
base::Result<std::string> BadCreditData(Session& session, const PaymentPlan& plan, int customer) {
  const District& home = plan.customer.district;
  ASSIGN_OR_RETURN(const auto known, ReadRow(session, "SELECT c_data FROM customer WHERE " +
                                                          OfCustomer(home, customer)));
  const std::string data = fmt::format(
      "{} {} {} {} {} {} {}", customer, home.number, home.warehouse, plan.district.number,
      plan.district.warehouse, Cents(plan.amount_cents), Row(known.rows.front()).Text(0));
  return data.substr(0, kLongestCustomerData);
}

base::Status DebitCustomer(Session& session, const PaymentPlan& plan, int customer) {
  const std::string where = OfCustomer(plan.customer.district, customer);
  ASSIGN_OR_RETURN_STATUS(
      const auto row,
      ReadRow(session,
              "SELECT c_credit, c_first, c_middle, c_last, c_street_1, c_street_2, "
              "c_city, c_state, c_zip, c_phone, c_credit_lim, c_discount, c_balance, "
              "c_since FROM customer WHERE " +
                  where + " FOR UPDATE"));
  std::string data;
  if (Row(row.rows.front()).Text(0) == "BC") {
    ASSIGN_OR_RETURN_STATUS(const std::string text, BadCreditData(session, plan, customer));
    data = ", c_data = " + sql::Quoted(text);
  }
  const std::string amount = Cents(plan.amount_cents);
  return Write(session,
               fmt::format("UPDATE customer SET c_balance = c_balance - {}, c_ytd_payment = "
                           "c_ytd_payment + {}, c_payment_cnt = c_payment_cnt + 1{} WHERE {}",
                           amount, amount, data, where));
}

base::Result<TransactionEnd> Run(const PaymentPlan& plan, Session& session) {
  RETURN_FAIL_IF_ERROR(Control(session, "BEGIN"));
  ASSIGN_OR_RETURN(const std::string history, CreditHome(session, plan));
  ASSIGN_OR_RETURN(const int customer, FindCustomer(session, plan.customer, "c_id"));
  RETURN_FAIL_IF_ERROR(DebitCustomer(session, plan, customer));
  RETURN_FAIL_IF_ERROR(
      Write(session,
            fmt::format("INSERT INTO history (h_c_d_id, h_c_w_id, h_c_id, h_d_id, h_w_id, h_date, "
                        "h_amount, h_data) VALUES ({}, {}, {}, {}, {}, NOW(), {}, {})",
                        plan.customer.district.number, plan.customer.district.warehouse, customer,
                        plan.district.number, plan.district.warehouse, Cents(plan.amount_cents),
                        sql::Quoted(history))));
  RETURN_FAIL_IF_ERROR(Control(session, "COMMIT"));
  return TransactionEnd::kCommitted;
}

// ---- Order-Status, clause 2.6.2.2

base::Result<TransactionEnd> Run(const OrderStatusPlan& plan, Session& session) {
  const CustomerChoice& choice = plan.customer;
  const District& at = choice.district;
  RETURN_FAIL_IF_ERROR(Control(session, "BEGIN"));
  ASSIGN_OR_RETURN(const int customer,
                   FindCustomer(session, choice, "c_id, c_balance, c_first, c_middle"));
  if (choice.number != 0) {
    ASSIGN_OR_RETURN(
        const auto row,
        ReadRow(session, "SELECT c_balance, c_first, c_middle, c_last FROM customer WHERE " +
                             OfCustomer(at, customer)));
  }
  ASSIGN_OR_RETURN(
      const auto last,
      Read(session, fmt::format("SELECT o_id, o_carrier_id, o_entry_d FROM orders WHERE o_w_id = "
                                "{} AND o_d_id = {} AND o_c_id = {} ORDER BY o_id DESC LIMIT 1",
                                at.warehouse, at.number, customer)));
  if (!last.rows.empty()) {
    ASSIGN_OR_RETURN(
        const auto lines,
        Read(session,
             fmt::format("SELECT ol_i_id, ol_supply_w_id, ol_quantity, ol_amount, ol_delivery_d "
                         "FROM order_line WHERE ol_w_id = {} AND ol_d_id = {} AND ol_o_id = {}",
                         at.warehouse, at.number, Row(last.rows.front()).Int(0))));
  }
  RETURN_FAIL_IF_ERROR(Control(session, "COMMIT"));
  return TransactionEnd::kCommitted;
}

// ---- Delivery, clause 2.7.4.2

base::Status DeliverOldest(Session& session, const District& at, int carrier) {
  ASSIGN_OR_RETURN_STATUS(
      const auto oldest,
      Read(session, fmt::format("SELECT no_o_id FROM new_order WHERE no_w_id = {} AND no_d_id = "
                                "{} ORDER BY no_o_id LIMIT 1 FOR UPDATE",
                                at.warehouse, at.number)));
  if (oldest.rows.empty()) return base::OkStatus();  // nothing to deliver in this district
  const int order = Row(oldest.rows.front()).Int(0);
  const auto where = [&](std::string_view prefix, std::string_view id) {
    return fmt::format("WHERE {0}_w_id = {1} AND {0}_d_id = {2} AND {3} = {4}", prefix,
                       at.warehouse, at.number, id, order);
  };
  const std::string order_row = where("o", "o_id"), line_rows = where("ol", "ol_o_id");
  RETURN_IF_ERROR(Write(session, "DELETE FROM new_order " + where("no", "no_o_id")));
  ASSIGN_OR_RETURN_STATUS(const auto of,
                          ReadRow(session, "SELECT o_c_id FROM orders " + order_row));
  RETURN_IF_ERROR(
      Write(session, fmt::format("UPDATE orders SET o_carrier_id = {} {}", carrier, order_row)));
  RETURN_IF_ERROR(Write(session, "UPDATE order_line SET ol_delivery_d = NOW() " + line_rows));
  ASSIGN_OR_RETURN_STATUS(const auto sum,
                          ReadRow(session, "SELECT SUM(ol_amount) FROM order_line " + line_rows));
  return Write(session,
               fmt::format("UPDATE customer SET c_balance = c_balance + {}, c_delivery_cnt = "
                           "c_delivery_cnt + 1 WHERE {}",
                           Cents(Row(sum.rows.front()).Cents(0)),
                           OfCustomer(at, Row(of.rows.front()).Int(0))));
}

base::Result<TransactionEnd> Run(const DeliveryPlan& plan, Session& session) {
  RETURN_FAIL_IF_ERROR(Control(session, "BEGIN"));
  for (int district = 1; district <= 10; ++district) {
    RETURN_FAIL_IF_ERROR(
        DeliverOldest(session, {.warehouse = plan.warehouse, .number = district}, plan.carrier));
  }
  RETURN_FAIL_IF_ERROR(Control(session, "COMMIT"));
  return TransactionEnd::kCommitted;
}

// ---- Stock-Level, clause 2.8.2.2

base::Result<TransactionEnd> Run(const StockLevelPlan& plan, Session& session) {
  const District& at = plan.district;
  RETURN_FAIL_IF_ERROR(Control(session, "BEGIN"));
  ASSIGN_OR_RETURN(
      const auto district,
      ReadRow(session,
              fmt::format("SELECT d_next_o_id FROM district WHERE d_w_id = {} AND d_id = {}",
                          at.warehouse, at.number)));
  const int next = Row(district.rows.front()).Int(0);
  ASSIGN_OR_RETURN(
      const auto low,
      ReadRow(session,
              fmt::format("SELECT COUNT(DISTINCT s_i_id) FROM order_line, stock WHERE "
                          "ol_w_id = {0} AND ol_d_id = {1} AND ol_o_id < {2} AND ol_o_id "
                          ">= {3} AND s_w_id = {0} AND s_i_id = ol_i_id AND s_quantity "
                          "< {4}",
                          at.warehouse, at.number, next, next - kRecentOrders, plan.threshold)));
  RETURN_FAIL_IF_ERROR(Control(session, "COMMIT"));
  return TransactionEnd::kCommitted;
}

}  // namespace

base::Result<TransactionEnd> RunTransaction(const TransactionPlan& plan, Session& session) {
  return std::visit([&](const auto& one) { return Run(one, session); }, plan);
}

}  // namespace distdiag::lab

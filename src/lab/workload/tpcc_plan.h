// What a TPC-C transaction is going to read and write, drawn before any SQL is sent: TPC-C Standard Specification 5.11,
// clauses 2.4.1 to 2.8.1 (input data) and 5.2.3 (mix).
//
// Why so: the same seed gives the same plans whatever the server does, and a transaction that lost against another one is
// tried again as it was.
// Difference: the mix is drawn anew for each transaction (45/43/4/4/4 %), not dealt from a deck of cards.
#pragma once

#include "base/random.h"

#include <string>
#include <variant>
#include <vector>

namespace distdiag::lab {

// A district of a warehouse.
struct District {
  int warehouse = 0;
  int number = 0;
};

// A customer, by number or (60 %) by last name.
struct CustomerChoice {
  District district;
  int number = 0;         // 0 = by last name
  std::string last_name;  // empty = by number
};

struct OrderLinePlan {
  int item = 0;  // kUnusedItem: the order is to be rolled back
  int supply_warehouse = 0;
  int quantity = 0;
};

struct NewOrderPlan {
  District district;
  int customer = 0;
  std::vector<OrderLinePlan> lines;  // 5 to 15
};
struct PaymentPlan {
  District district;
  CustomerChoice customer;
  int amount_cents = 0;
};
struct OrderStatusPlan {
  CustomerChoice customer;
};
struct DeliveryPlan {
  int warehouse = 0;
  int carrier = 0;
};
struct StockLevelPlan {
  District district;
  int threshold = 0;
};
using TransactionPlan =
    std::variant<NewOrderPlan, PaymentPlan, OrderStatusPlan, DeliveryPlan, StockLevelPlan>;

inline constexpr int kUnusedItem = 100001;  // no row of `item` has it

// Thread: single (owner: its terminal).
class TpccPlanner {
 public:
  struct Options {
    int warehouses = 1;
    int home_warehouse = 1;  // in [1, warehouses]
    int home_district = 1;   // in [1, 10]: the one whose stock this terminal asks for
  };

  // REQUIRES: options in their ranges.
  TpccPlanner(const Options& options, base::Random random) : options_(options), random_(random) {}

  TransactionPlan Next();

 private:
  NewOrderPlan NewOrder();
  PaymentPlan Payment();
  OrderStatusPlan OrderStatus();
  DeliveryPlan Delivery();
  StockLevelPlan StockLevel();
  bool Chance(int percent);
  District HomeDistrict();
  int OtherWarehouse();
  void ChooseCustomer(CustomerChoice& customer);

  Options options_;
  base::Random random_;
};

}  // namespace distdiag::lab

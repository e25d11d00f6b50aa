#include "lab/workload/tpcc_plan.h"

#include "lab/workload/tpcc_random.h"

namespace distdiag::lab {
namespace {

// Percent of all transactions, the rest are new orders: clause 5.2.3.
constexpr int kPayments = 43, kOrderStatuses = 4, kDeliveries = 4, kStockLevels = 4;
constexpr int kRolledBackOrders = 1;   // percent of the new orders, 2.4.1.4
constexpr int kRemoteLines = 1;        // percent of the order lines, 2.4.1.5
constexpr int kRemotePayments = 15;    // percent, 2.5.1.2
constexpr int kChosenByLastName = 60;  // percent, 2.5.1.2 and 2.6.1.2

}  // namespace

bool TpccPlanner::Chance(int percent) { return UniformInt(random_, 1, 100) <= percent; }

District TpccPlanner::HomeDistrict() {
  return {.warehouse = options_.home_warehouse,
          .number = UniformInt(random_, 1, kDistrictsOfWarehouse)};
}

int TpccPlanner::OtherWarehouse() {
  if (options_.warehouses == 1) return options_.home_warehouse;
  const int drawn = UniformInt(random_, 1, options_.warehouses - 1);
  return drawn < options_.home_warehouse ? drawn : drawn + 1;
}

void TpccPlanner::ChooseCustomer(CustomerChoice& customer) {
  if (Chance(kChosenByLastName)) {
    customer.last_name = RandomLastName(random_);
  } else {
    customer.number = RandomCustomer(random_);
  }
}

TransactionPlan TpccPlanner::Next() {
  int drawn = UniformInt(random_, 1, 100);
  if ((drawn -= kPayments) <= 0) return Payment();
  if ((drawn -= kOrderStatuses) <= 0) return OrderStatus();
  if ((drawn -= kDeliveries) <= 0) return Delivery();
  if ((drawn -= kStockLevels) <= 0) return StockLevel();
  return NewOrder();
}

NewOrderPlan TpccPlanner::NewOrder() {
  NewOrderPlan plan{.district = HomeDistrict(), .customer = RandomCustomer(random_), .lines = {}};
  plan.lines.resize(static_cast<std::size_t>(UniformInt(random_, 5, 15)));
  for (OrderLinePlan& line : plan.lines) {
    line.item = RandomItem(random_);
    line.supply_warehouse = Chance(kRemoteLines) ? OtherWarehouse() : options_.home_warehouse;
    line.quantity = UniformInt(random_, 1, 10);
  }
  if (Chance(kRolledBackOrders)) plan.lines.back().item = kUnusedItem;
  return plan;
}

PaymentPlan TpccPlanner::Payment() {
  PaymentPlan plan{.district = HomeDistrict(), .customer = {}, .amount_cents = 0};
  plan.customer.district = plan.district;
  if (Chance(kRemotePayments)) {
    plan.customer.district = {.warehouse = OtherWarehouse(),
                              .number = UniformInt(random_, 1, kDistrictsOfWarehouse)};
  }
  ChooseCustomer(plan.customer);
  plan.amount_cents = UniformInt(random_, 100, 500000);
  return plan;
}

OrderStatusPlan TpccPlanner::OrderStatus() {
  OrderStatusPlan plan;
  plan.customer.district = HomeDistrict();
  ChooseCustomer(plan.customer);
  return plan;
}

DeliveryPlan TpccPlanner::Delivery() {
  return {.warehouse = options_.home_warehouse, .carrier = UniformInt(random_, 1, 10)};
}

StockLevelPlan TpccPlanner::StockLevel() {
  return {.district = {.warehouse = options_.home_warehouse, .number = options_.home_district},
          .threshold = UniformInt(random_, 10, 20)};
}

}  // namespace distdiag::lab

#include "lab/layout.h"

#include <utility>

namespace distdiag::lab {
namespace {

constexpr int kFirstAddress = 11;
constexpr std::int64_t kGigabyte = 1 << 30;

Machine MakeMachine(const LabOptions& options, int number) {
  Machine machine;
  machine.number = number;
  machine.name = "n" + std::to_string(number);
  machine.address = options.network + "." + std::to_string(kFirstAddress + number - 1);
  machine.netns = options.name + "-" + machine.name;
  machine.port = options.name + "p" + std::to_string(number);
  const std::string disk = options.directory + "/disk/" + machine.name;
  machine.disk_image = disk + ".img";
  machine.mount = disk;
  machine.data = disk + "/data";
  machine.temporary = disk + "/tmp";
  const std::string run = options.directory + "/run/" + machine.name;
  machine.socket = run + ".sock";
  machine.pid_file = run + ".pid";
  machine.holder_pid_file = run + ".holder.pid";
  machine.device_file = run + ".dev";
  machine.config = run + ".cnf";
  machine.log = run + ".err";
  machine.clients_file = run + ".clients.prom";
  if (options.database == LabDatabase::kOceanBase) {
    machine.socket = machine.data + "/run/sql.sock";
    machine.log = machine.data + "/log/seekdb.log";
  }
  return machine;
}

}  // namespace

std::string_view LabDatabaseName(LabDatabase database) {
  switch (database) {
    case LabDatabase::kGalera: return "galera";
    case LabDatabase::kOceanBase: return "oceanbase";
  }
  return "galera";
}

std::optional<LabDatabase> FindLabDatabase(std::string_view name) {
  for (const LabDatabase one : {LabDatabase::kGalera, LabDatabase::kOceanBase}) {
    if (LabDatabaseName(one) == name) return one;
  }
  return std::nullopt;
}

LabOptions DefaultOptions(LabDatabase database) {
  LabOptions options;
  options.database = database;
  if (database == LabDatabase::kGalera) return options;
  options.server_program.clear();  // tools/seekdb knows
  // The redo log alone takes 2 GB in the course of time, which is the least that the kernel accepts.
  options.disk_bytes = 5 * kGigabyte;
  options.database_memory_bytes = kGigabyte;  // the least, too
  options.warehouses = 1;                     // no node sees another one's data
  return options;
}

Layout::Layout(LabOptions options) : options_(std::move(options)) {
  for (int number = 1; number <= options_.nodes; ++number)
    machines_.push_back(MakeMachine(options_, number));
}

const Machine* Layout::Find(std::string_view name) const {
  for (const Machine& machine : machines_) {
    if (machine.name == name) return &machine;
  }
  return nullptr;
}

}  // namespace distdiag::lab

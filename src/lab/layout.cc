#include "lab/layout.h"

#include <utility>

namespace distdiag::lab {
namespace {

constexpr int kFirstAddress = 11;

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
  return machine;
}

}  // namespace

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

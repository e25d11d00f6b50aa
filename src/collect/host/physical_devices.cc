#include "collect/host/physical_devices.h"

#include <algorithm>

namespace distdiag::collect {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// Takes the digits at the front; false when there are none.
bool TakeDigits(std::string_view& rest) {
  const auto* end = std::find_if_not(rest.begin(), rest.end(), IsDigit);
  const auto count = static_cast<std::size_t>(end - rest.begin());
  rest.remove_prefix(count);
  return count > 0;
}

}  // namespace

bool IsPhysicalDisk(std::string_view name) {
  for (const std::string_view prefix : {"sd", "hd", "vd", "xvd", "dasd"}) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    if (!rest.empty() && std::all_of(rest.begin(), rest.end(), IsLetter)) return true;
  }
  if (name.starts_with("mmcblk")) {
    name.remove_prefix(6);
    return TakeDigits(name) && name.empty();
  }
  if (!name.starts_with("nvme")) return false;
  name.remove_prefix(4);
  if (!TakeDigits(name) || !name.starts_with('n')) return false;
  name.remove_prefix(1);
  return TakeDigits(name) && name.empty();
}

bool IsPhysicalInterface(std::string_view name) {
  constexpr std::string_view kVirtual[] = {
      "br-",   "bridge",    "cali",    "cbr",     "cilium",  "cni",         "docker",
      "dummy", "erspan",    "flannel", "gre",     "ifb",     "ip6tnl",      "ip_vti",
      "kube",  "lxc",       "lxdbr",   "macvtap", "nerdctl", "ovs-",        "podman",
      "sit",   "tailscale", "tap",     "team",    "tun",     "veth",        "virbr",
      "vmnet", "vnet",      "vxlan",   "wg",      "bond",    "nodelocaldns"};
  if (name.empty() || name == "lo") return false;
  if (name.find_first_of(".@:") != std::string_view::npos) return false;  // a VLAN or an alias
  if (name.size() > 2 && name.starts_with("br") && IsDigit(name[2])) return false;
  return std::none_of(std::begin(kVirtual), std::end(kVirtual),
                      [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace distdiag::collect

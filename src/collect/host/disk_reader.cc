#include "collect/host/disk_reader.h"

#include "collect/host/physical_devices.h"
#include "collect/host/proc_text.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

using Counter = HostCounter;
using Gauge = HostGauge;

constexpr double kSectorsPerKib = 2;  // a sector is 512 bytes here whatever the disk's own is
constexpr std::string_view kDev = "/dev/";

std::string_view WithoutDev(std::string_view name) {
  if (name.starts_with(kDev)) name.remove_prefix(kDev.size());
  return name;
}

bool IsBelow(std::string_view path, std::string_view mount_point) {
  if (mount_point == "/") return true;
  return path.starts_with(mount_point) &&
         (path.size() == mount_point.size() || path[mount_point.size()] == '/');
}

// Adds to a value that may still be absent.
void Sum(double more, double& slot) { slot = slot == slot ? slot + more : more; }

void Add(const BlockStat& stat, HostSnapshot& snapshot) {
  const auto sum = [&](Counter counter, std::uint64_t value, double per_unit) {
    Sum(static_cast<double>(value) / per_unit, snapshot[counter]);
  };
  sum(Counter::kDiskReads, stat.reads, 1);
  sum(Counter::kDiskReadKib, stat.read_sectors, kSectorsPerKib);
  sum(Counter::kDiskReadMs, stat.read_ms, 1);
  sum(Counter::kDiskWrites, stat.writes, 1);
  sum(Counter::kDiskWriteKib, stat.write_sectors, kSectorsPerKib);
  sum(Counter::kDiskWriteMs, stat.write_ms, 1);
  sum(Counter::kDiskQueue, stat.queue_ms, 1e3);
  if (stat.flushes && stat.flush_ms) {
    sum(Counter::kDiskFlushes, *stat.flushes, 1);
    sum(Counter::kDiskFlushMs, *stat.flush_ms, 1);
  }
  Sum(static_cast<double>(stat.in_flight), snapshot[Gauge::kDiskInFlight]);
}

}  // namespace

DiskReader::DiskReader(DiskReaderOptions options, HostFiles& files)
    : options_(std::move(options)), files_(files) {}

void DiskReader::Read(HostSnapshot& snapshot, std::vector<std::string>& limits) {
  const std::vector<std::string> folders = Folders(snapshot, limits);
  std::uint64_t identity = 0;
  bool flushes = true;
  std::size_t found = 0;
  for (const std::string& folder : folders) {
    const base::Status status = files_.Read(folder + "/stat", text_);
    const auto stat = status.ok() ? ParseBlockStat(text_) : std::nullopt;
    if (!stat) {
      limits.push_back(status.ok() ? folder + "/stat: expected 11 numbers at least: no disk values"
                                   : status.message() + ": no values of this disk");
      continue;
    }
    ++found;
    Add(*stat, snapshot);
    snapshot.disk_busy_s.push_back(static_cast<double>(stat->busy_ms) / 1e3);
    flushes = flushes && stat->flushes.has_value();
    identity = identity * 31 + std::hash<std::string>{}(folder);
  }
  snapshot[HostSource::kDisk] = identity;
  if (found > 0 && !flushes)
    limits.emplace_back(
        "the kernel does not count cache flushes (Linux 5.5 does): h_disk_f* missing");
}

std::vector<std::string> DiskReader::Folders(HostSnapshot& snapshot,
                                             std::vector<std::string>& limits) {
  std::vector<std::string> folders;
  if (!options_.mount_point.empty()) {
    const auto mount = files_.Mount(options_.mount_point);
    if (!mount) {
      limits.push_back(mount.error().message() + ": how full the disk is is not known");
    } else if (mount->blocks > 0) {
      snapshot[Gauge::kDiskUsedPercent] = 100 * (1 - static_cast<double>(mount->available_blocks) /
                                                         static_cast<double>(mount->blocks));
    }
    if (options_.devices.empty())
      return mount ? FolderOfMount(*mount, limits) : std::vector<std::string>();
  }
  for (const std::string& device : options_.devices)
    folders.push_back(fmt::format("{}/class/block/{}", options_.sysfs, WithoutDev(device)));
  if (!folders.empty()) return folders;
  if (const auto names = files_.List(options_.sysfs + "/block")) {
    for (const std::string& name : *names)
      if (IsPhysicalDisk(name)) folders.push_back(fmt::format("{}/block/{}", options_.sysfs, name));
  }
  std::sort(folders.begin(), folders.end());
  if (folders.empty()) {
    limits.push_back(fmt::format("no physical disk in {}/block: name the device or the mount point",
                                 options_.sysfs));
  }
  return folders;
}

std::vector<std::string> DiskReader::FolderOfMount(const MountFacts& mount,
                                                   std::vector<std::string>& limits) {
  if (mount.device_major != 0) {
    return {
        fmt::format("{}/dev/block/{}:{}", options_.sysfs, mount.device_major, mount.device_minor)};
  }
  // A file system with a number of its own (btrfs) still names its device.
  std::string device;
  std::size_t longest = 0;
  if (files_.Read(options_.procfs + "/self/mountinfo", text_).ok()) {
    for (const MountLine& line : ParseMountInfo(text_)) {
      if (!IsBelow(options_.mount_point, line.mount_point) || line.mount_point.size() < longest)
        continue;
      longest = line.mount_point.size();
      device = line.source;
    }
  }
  if (device.starts_with(kDev))
    return {fmt::format("{}/class/block/{}", options_.sysfs, WithoutDev(device))};
  limits.push_back(
      fmt::format("{}: expected a file system on a disk, found \"{}\": name the device",
                  options_.mount_point, device));
  return {};
}

}  // namespace distdiag::collect

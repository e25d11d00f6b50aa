#include "lab/disk.h"

#include "base/file_system.h"
#include "base/process.h"
#include "lab/database_system.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr std::string_view kDisk = "/disk/n";
constexpr std::string_view kImage = ".img";
constexpr std::string_view kDeleted = " (deleted)";  // the kernel's word for a file that is gone

bool IsBelow(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() + 1 && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

// The kernel writes blank, tab, line break and backslash of a path as octal numbers.
std::string Unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      const auto digit = [&](std::size_t at) { return text[at] - '0'; };
      plain += static_cast<char>(digit(i + 1) * 64 + digit(i + 2) * 8 + digit(i + 3));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

struct Mount {
  std::string point;
  std::string source;  // "/dev/loop3"
};

// What was mounted last, on top, comes first.
std::vector<Mount> ReadMounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  std::istringstream lines{std::string(mountinfo)};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string id, parent, device, root, point, word, type, source;
    words >> id >> parent >> device >> root >> point;
    while (words >> word && word != "-") {
    }
    words >> type >> source;
    mounts.push_back({Unescaped(point), Unescaped(source)});
  }
  std::reverse(mounts.begin(), mounts.end());
  return mounts;
}

// <dir>/disk/n1 … n9
bool IsDisk(std::string_view path, std::string_view directory) {
  if (!path.starts_with(directory)) return false;
  path.remove_prefix(directory.size());
  return path.size() == kDisk.size() + 1 && path.starts_with(kDisk) && path.back() >= '1' &&
         path.back() <= '9';
}

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

std::vector<Argv> DiskImageCommands(const Layout& layout, const Machine& machine) {
  return {
      {"mkdir", "-p", machine.mount},
      {"fallocate", "-l", std::to_string(layout.options().disk_bytes), machine.disk_image},
      {"chmod", "0600", machine.disk_image},
  };
}

Argv AttachDiskCommand(const Machine& machine) {
  return {"losetup", "--find", "--show", "--direct-io=on", machine.disk_image};
}

std::vector<Argv> FormatAndMountCommands(const Layout& layout, const Machine& machine,
                                         const std::string& device) {
  const std::string owner(SystemOf(layout).account());
  return {
      // All of the file system is written now: nothing of it is left for the first minutes of the lab.
      {"mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard",
       device},
      {"mount", "-t", "ext4", "-o", "noatime", device, machine.mount},
      {"mkdir", "-p", machine.data, machine.temporary},
      {"chown", owner + ":" + owner, machine.mount, machine.data, machine.temporary},
  };
}

base::Status MakeDisk(const Layout& layout, const Machine& machine) {
  RETURN_IF_ERROR(RunAll(DiskImageCommands(layout, machine)));
  ASSIGN_OR_RETURN_STATUS(const std::string output,
                          base::RunChecked(AttachDiskCommand(machine), std::chrono::seconds(20)));
  const std::string device = Trimmed(output);
  base::RealFileSystem files;
  RETURN_IF_ERROR(files.WriteFileAtomic(machine.device_file, device + "\n"));
  return RunAll(FormatAndMountCommands(layout, machine, device));
}

std::vector<std::string> MountsBelow(std::string_view mountinfo, std::string_view directory) {
  std::vector<std::string> found;
  for (Mount& mount : ReadMounts(mountinfo)) {
    if (IsBelow(mount.point, directory)) found.push_back(std::move(mount.point));
  }
  std::stable_sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
    return std::count(a.begin(), a.end(), '/') > std::count(b.begin(), b.end(), '/');
  });
  return found;
}

std::vector<LoopDevice> DiskLoops(const std::vector<LoopDevice>& loops,
                                  std::string_view directory) {
  std::vector<LoopDevice> found;
  std::copy_if(loops.begin(), loops.end(), std::back_inserter(found), [&](const LoopDevice& loop) {
    std::string_view file = loop.backing_file;
    if (file.ends_with(kDeleted)) file.remove_suffix(kDeleted.size());
    return file.ends_with(kImage) && IsDisk(file.substr(0, file.size() - kImage.size()), directory);
  });
  return found;
}

std::vector<std::string> DiskMounts(std::string_view mountinfo,
                                    const std::vector<LoopDevice>& loops,
                                    std::string_view directory) {
  const std::vector<LoopDevice> own = DiskLoops(loops, directory);
  std::vector<std::string> found;
  for (Mount& mount : ReadMounts(mountinfo)) {
    const bool of_lab = std::any_of(own.begin(), own.end(), [&](const LoopDevice& loop) {
      return loop.device == mount.source;
    });
    if (of_lab && IsDisk(mount.point, directory)) found.push_back(std::move(mount.point));
  }
  return found;
}

std::vector<LoopDevice> AttachedLoops() {
  std::vector<LoopDevice> loops;
  base::RealFileSystem files;
  const auto names = files.ListDirectory("/sys/block");
  if (!names) return loops;
  for (const std::string& name : *names) {
    if (!name.starts_with("loop")) continue;
    const auto backing = files.ReadFile(fmt::format("/sys/block/{}/loop/backing_file", name));
    if (backing) loops.push_back({"/dev/" + name, Trimmed(*backing)});
  }
  return loops;
}

}  // namespace distdiag::lab

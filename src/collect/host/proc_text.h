// Readers of the small texts under /proc, /sys and cgroup hierarchies. Nothing is copied; what is not in a text is nullopt.
//
// Why so: their forms grow with the kernel (more columns, more keys) and shrink with its configuration, so a missing part is a
// value that is not measured, never an error of the whole reading.
// Thread: const-safe (free functions). Cost: one pass over the text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

// The text up to the next line break, taken off `rest`.
std::string_view TakeLine(std::string_view& rest);
// The next word (blanks and tabs separate), taken off `line`; empty at its end.
std::string_view TakeField(std::string_view& line);
std::optional<std::uint64_t> ParseUnsigned(std::string_view text);
// A file that holds one number.
std::optional<std::uint64_t> ParseOnlyNumber(std::string_view text);
std::size_t CountLines(std::string_view text);

// Value of a line "key value" (cpu.stat, memory.stat, vmstat) or "key:   value kB" (meminfo, with the colon in `key`).
std::optional<std::uint64_t> FindValue(std::string_view text, std::string_view key);

// Microseconds of waiting, from a pressure file (Documentation/accounting/psi.rst of the kernel).
struct Pressure {
  std::optional<std::uint64_t> some_us;
  std::optional<std::uint64_t> full_us;
};
Pressure ParsePressure(std::string_view text);

// First line of /proc/stat, in clock ticks: user nice system idle iowait irq softirq steal guest guest_nice.
using CpuTicks = std::array<std::uint64_t, 10>;
std::optional<CpuTicks> ParseCpuTicks(std::string_view text);

// What we use of /proc/<pid>/stat.
struct ProcessStat {
  std::string_view name;  // at most 15 characters
  char state = '?';
  std::uint64_t user_ticks = 0, system_ticks = 0;
  std::uint64_t start_ticks = 0;  // since boot: with the pid it names the process
};
std::optional<ProcessStat> ParseProcessStat(std::string_view text);

// /sys/class/block/<device>/stat (Documentation/block/stat.rst): 11 columns at least, 17 since Linux 5.5.
struct BlockStat {
  std::uint64_t reads = 0, read_sectors = 0, read_ms = 0;
  std::uint64_t writes = 0, write_sectors = 0, write_ms = 0;
  std::uint64_t in_flight = 0, busy_ms = 0, queue_ms = 0;
  std::optional<std::uint64_t> flushes, flush_ms;
};
std::optional<BlockStat> ParseBlockStat(std::string_view text);

// One line of /proc/net/dev.
struct InterfaceStat {
  std::string_view name;
  std::uint64_t rx_bytes = 0, rx_packets = 0, rx_drop = 0;
  std::uint64_t tx_bytes = 0, tx_packets = 0, tx_drop = 0;
};
std::vector<InterfaceStat> ParseNetDev(std::string_view text);

// A value of /proc/net/snmp or netstat, where a line of names is followed by a line of numbers with the same `prefix` ("Tcp:").
class NamedRows {
 public:
  NamedRows(std::string_view text, std::string_view prefix);
  std::optional<std::uint64_t> Find(std::string_view name) const;

 private:
  std::string_view names_;
  std::string_view numbers_;
};

// One line of /proc/<pid>/mountinfo. Blanks in paths are written \040 there.
struct MountLine {
  std::string mount_point;
  std::string_view type;     // "cgroup2"
  std::string_view source;   // "/dev/vda1"
  std::string_view options;  // of the file system: "rw,cpu,cpuacct"
};
std::vector<MountLine> ParseMountInfo(std::string_view text);
// Is `word` one of a list separated by commas?
bool HasOption(std::string_view options, std::string_view word);

}  // namespace distdiag::collect

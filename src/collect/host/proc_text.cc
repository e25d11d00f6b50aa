#include "collect/host/proc_text.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace distdiag::collect {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// \040 and the like, as mountinfo writes blanks, tabs, line breaks and backslashes.
std::string UnescapeOctal(std::string_view raw) {
  std::string text;
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 3 < raw.size() && is_octal(raw[i + 1]) && is_octal(raw[i + 2]) &&
        is_octal(raw[i + 3])) {
      text +=
          static_cast<char>((raw[i + 1] - '0') * 64 + (raw[i + 2] - '0') * 8 + raw[i + 3] - '0');
      i += 3;
    } else {
      text += raw[i];
    }
  }
  return text;
}

// Numbers of a line, as many as `numbers` holds; how many there were.
template <std::size_t kSize>
std::size_t TakeNumbers(std::string_view line, std::array<std::uint64_t, kSize>& numbers) {
  for (std::size_t count = 0; count < kSize; ++count) {
    const auto number = ParseUnsigned(TakeField(line));
    if (!number) return count;
    numbers[count] = *number;
  }
  return kSize;
}

}  // namespace

std::string_view TakeLine(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

std::string_view TakeField(std::string_view& line) {
  while (!line.empty() && IsBlank(line.front())) line.remove_prefix(1);
  const auto* end = std::find_if(line.begin(), line.end(), IsBlank);
  const std::string_view field = line.substr(0, static_cast<std::size_t>(end - line.begin()));
  line.remove_prefix(field.size());
  return field;
}

std::optional<std::uint64_t> ParseUnsigned(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> ParseOnlyNumber(std::string_view text) {
  std::string_view line = TakeLine(text);
  return ParseUnsigned(TakeField(line));
}

std::size_t CountLines(std::string_view text) {
  const bool open_end = !text.empty() && text.back() != '\n';
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + (open_end ? 1 : 0);
}

std::optional<std::uint64_t> FindValue(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    if (!line.empty() && IsBlank(line.front())) return ParseUnsigned(TakeField(line));
  }
  return std::nullopt;
}

Pressure ParsePressure(std::string_view text) {
  constexpr std::string_view kTotal = "total=";
  Pressure pressure;
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    const std::string_view kind = TakeField(line);
    const std::size_t at = line.rfind(kTotal);
    if (at == std::string_view::npos) continue;
    const auto total_us = ParseUnsigned(line.substr(at + kTotal.size()));
    if (kind == "some") pressure.some_us = total_us;
    if (kind == "full") pressure.full_us = total_us;
  }
  return pressure;
}

std::optional<CpuTicks> ParseCpuTicks(std::string_view text) {
  std::string_view line = TakeLine(text);
  if (TakeField(line) != "cpu") return std::nullopt;
  CpuTicks ticks{};
  constexpr std::size_t kLeast = 7;  // up to softirq: there since Linux 2.6
  if (TakeNumbers(line, ticks) < kLeast) return std::nullopt;
  return ticks;
}

std::optional<ProcessStat> ParseProcessStat(std::string_view text) {
  // The name may hold blanks and brackets: it ends at the last closing one.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  ProcessStat stat;
  stat.name = text.substr(open + 1, close - open - 1);
  text.remove_prefix(close + 1);
  std::string_view line = TakeLine(text);
  const std::string_view state = TakeField(line);
  if (state.size() != 1) return std::nullopt;
  stat.state = state.front();
  constexpr int kFirst = 4, kUser = 14, kSystem = 15, kStart = 22;  // proc(5)
  for (int field = kFirst; field <= kStart; ++field) {
    const std::string_view word = TakeField(line);
    if (field != kUser && field != kSystem && field != kStart) continue;
    const auto number = ParseUnsigned(word);
    if (!number) return std::nullopt;
    (field == kUser     ? stat.user_ticks
     : field == kSystem ? stat.system_ticks
                        : stat.start_ticks) = *number;
  }
  return stat;
}

std::optional<BlockStat> ParseBlockStat(std::string_view text) {
  std::array<std::uint64_t, 17> n{};
  const std::size_t count = TakeNumbers(TakeLine(text), n);
  if (count < 11) return std::nullopt;
  BlockStat stat{.reads = n[0],
                 .read_sectors = n[2],
                 .read_ms = n[3],
                 .writes = n[4],
                 .write_sectors = n[6],
                 .write_ms = n[7],
                 .in_flight = n[8],
                 .busy_ms = n[9],
                 .queue_ms = n[10],
                 .flushes = {},
                 .flush_ms = {}};
  if (count == n.size()) {
    stat.flushes = n[15];
    stat.flush_ms = n[16];
  }
  return stat;
}

std::vector<InterfaceStat> ParseNetDev(std::string_view text) {
  std::vector<InterfaceStat> interfaces;
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;  // the two lines of titles
    std::string_view head = line.substr(0, colon);
    line.remove_prefix(colon + 1);
    std::array<std::uint64_t, 12> n{};
    if (TakeNumbers(line, n) < n.size()) continue;
    interfaces.push_back({.name = TakeField(head),
                          .rx_bytes = n[0],
                          .rx_packets = n[1],
                          .rx_drop = n[3],
                          .tx_bytes = n[8],
                          .tx_packets = n[9],
                          .tx_drop = n[11]});
  }
  return interfaces;
}

NamedRows::NamedRows(std::string_view text, std::string_view prefix) {
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    if (!line.starts_with(prefix)) continue;
    line.remove_prefix(prefix.size());
    if (names_.empty()) {
      names_ = line;
    } else {
      numbers_ = line;
      return;
    }
  }
}

std::optional<std::uint64_t> NamedRows::Find(std::string_view name) const {
  std::string_view names = names_;
  std::string_view numbers = numbers_;
  while (!names.empty() && !numbers.empty()) {
    const std::string_view number = TakeField(numbers);
    if (TakeField(names) == name) return ParseUnsigned(number);
  }
  return std::nullopt;
}

std::vector<MountLine> ParseMountInfo(std::string_view text) {
  std::vector<MountLine> mounts;
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    std::string_view head = line.substr(0, dash);
    std::string_view tail = line.substr(dash + 3);
    for (int field = 1; field < 5; ++field) TakeField(head);
    MountLine mount;
    mount.mount_point = UnescapeOctal(TakeField(head));
    mount.type = TakeField(tail);
    mount.source = TakeField(tail);
    mount.options = TakeField(tail);
    if (!mount.mount_point.empty()) mounts.push_back(std::move(mount));
  }
  return mounts;
}

bool HasOption(std::string_view options, std::string_view word) {
  while (!options.empty()) {
    const std::size_t end = options.find(',');
    if (options.substr(0, end) == word) return true;
    options.remove_prefix(end == std::string_view::npos ? options.size() : end + 1);
  }
  return false;
}

}  // namespace distdiag::collect

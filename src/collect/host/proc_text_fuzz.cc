// libFuzzer target: any bytes as one of the kernel's texts.
#include "collect/host/proc_text.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  namespace collect = distdiag::collect;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto process = collect::ParseProcessStat(text);
  if (process && process->name.size() > size) __builtin_trap();
  static_cast<void>(collect::ParseCpuTicks(text));
  static_cast<void>(collect::ParseBlockStat(text));
  static_cast<void>(collect::ParsePressure(text));
  static_cast<void>(collect::ParseOnlyNumber(text));
  static_cast<void>(collect::FindValue(text, "anon"));
  if (collect::CountLines(text) > size) __builtin_trap();
  for (const auto& one : collect::ParseNetDev(text))
    if (one.name.size() > size) __builtin_trap();
  for (const auto& mount : collect::ParseMountInfo(text)) {
    if (mount.mount_point.empty() || mount.mount_point.size() > size) __builtin_trap();
    static_cast<void>(collect::HasOption(mount.options, "cpu"));
  }
  static_cast<void>(collect::NamedRows(text, "Tcp:").Find("InSegs"));
  return 0;
}

#include "lab/template.h"

#include "base/process.h"
#include "base/sha256.h"

#include <filesystem>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr int kFormat = 1;  // raise it when an archive of before must not be used any more
constexpr auto kLimit = std::chrono::minutes(5);

}  // namespace

std::string TemplateName(const TemplateParts& parts) {
  const std::string key = fmt::format("format {}\nserver {}\nloader {}\nwarehouses {}\n", kFormat,
                                      parts.server_version, parts.loader_version, parts.warehouses);
  return fmt::format("lab-template-{}.tar", base::Sha256Hex(key).substr(0, 12));
}

std::string CacheDirectory(std::string_view xdg_cache_home, std::string_view home) {
  if (!xdg_cache_home.empty()) return std::string(xdg_cache_home) + "/distdiag";
  if (!home.empty()) return std::string(home) + "/.cache/distdiag";
  return "/var/cache/distdiag";
}

Argv PackCommand(const Machine& machine, const std::string& archive,
                 const std::vector<std::string>& excludes) {
  Argv argv = {"tar",    "--create", "--sparse",    "--numeric-owner",
               "--file", archive,    "--directory", machine.data};
  for (const std::string& pattern : excludes) argv.push_back("--exclude=" + pattern);
  argv.emplace_back(".");
  return argv;
}

Argv UnpackCommand(const Machine& machine, const std::string& archive) {
  return {"tar", "--extract", "--numeric-owner", "--file", archive, "--directory", machine.data};
}

base::Status SaveTemplate(const Machine& machine, const std::string& archive,
                          const std::vector<std::string>& excludes) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(archive).parent_path(), error);
  const std::string part = archive + ".part";
  if (const auto packed = base::RunChecked(PackCommand(machine, part, excludes), kLimit); !packed) {
    std::filesystem::remove(part, error);
    return packed.error();
  }
  std::filesystem::permissions(part, std::filesystem::perms(0600), error);
  std::filesystem::rename(part, archive, error);
  if (error)
    return base::FailedPrecondition(fmt::format("{}: can't write: {}", archive, error.message()));
  return base::OkStatus();
}

std::string BootstrapGrastate(std::string grastate) {
  constexpr std::string_view kNo = "safe_to_bootstrap: 0";
  if (const auto at = grastate.find(kNo); at != std::string::npos)
    grastate.replace(at, kNo.size(), "safe_to_bootstrap: 1");
  return grastate;
}

}  // namespace distdiag::lab

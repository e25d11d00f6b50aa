#include "serve/static_files.h"

#include "base/gzip.h"
#include "base/sha256.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace distdiag::serve {
namespace {

constexpr std::size_t kAssetCacheBytes = std::size_t{64} << 20;
constexpr std::size_t kGzipFromBytes = 1024;
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

struct Kind {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array<Kind, 16> kKinds = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".txt", "text/plain; charset=utf-8"},
    {".yaml", "application/yaml"},
    {".webmanifest", "application/manifest+json"},
}};

bool IsText(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type == "image/svg+xml" || type == "application/yaml" ||
         type == "application/manifest+json";
}

// Names with a content hash lie in a folder "assets".
bool IsHashed(std::string_view path) {
  return path.starts_with("assets/") || path.find("/assets/") != std::string_view::npos;
}

std::string Join(const std::vector<std::string>& segments) {
  std::string path;
  for (const std::string& segment : segments) path += (path.empty() ? "" : "/") + segment;
  return path;
}

// Hidden files (.vite/manifest.json, .git) are nobody's business, and a name with a control byte is no page.
bool MayBeServed(std::string_view path) {
  if (path.starts_with('.') || path.find("/.") != std::string_view::npos) return false;
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '\\') return false;
  }
  return !path.empty() && !path.ends_with('/') && path.find("//") == std::string_view::npos;
}

}  // namespace

std::string_view ContentTypeOf(std::string_view path) {
  for (const Kind& kind : kKinds) {
    if (path.ends_with(kind.extension)) return kind.type;
  }
  return "application/octet-stream";
}

std::string EntityTag(std::string_view content) {
  return fmt::format("W/\"{}\"", base::Sha256Hex(content).substr(0, 20));
}

StaticFiles::EntryPtr StaticFiles::Read(const std::string& relative_path) const {
  if (!MayBeServed(relative_path)) return nullptr;
  auto bytes = files_.ReadFile(folder_ + "/" + relative_path);
  if (!bytes) return nullptr;
  auto entry = std::make_shared<Entry>();
  entry->etag = EntityTag(*bytes);
  if (IsText(ContentTypeOf(relative_path)) && bytes->size() >= kGzipFromBytes) {
    entry->gzip = std::make_shared<const std::string>(base::Gzip(*bytes));
  }
  entry->plain = std::make_shared<const std::string>(std::move(bytes).value());
  return entry;
}

StaticFiles::EntryPtr StaticFiles::Load(const std::string& relative_path) const {
  if (!IsHashed(relative_path)) return Read(relative_path);
  {
    base::MutexLock lock(mutex_);
    const auto found = assets_.find(relative_path);
    if (found != assets_.end()) return found->second;
  }
  EntryPtr entry = Read(relative_path);
  if (entry == nullptr) return nullptr;
  const std::size_t bytes = entry->plain->size() + (entry->gzip ? entry->gzip->size() : 0);
  base::MutexLock lock(mutex_);
  if (asset_bytes_ + bytes <= kAssetCacheBytes && assets_.try_emplace(relative_path, entry).second)
    asset_bytes_ += bytes;
  return entry;
}

Response StaticFiles::File(const std::string& relative_path, bool accepts_gzip) const {
  const EntryPtr entry = Load(relative_path);
  if (entry == nullptr) return ProblemResponse(404, "not_found", "there is no such page");
  Response response;
  response.content_type = ContentTypeOf(relative_path);
  response.headers.emplace_back("Cache-Control", IsHashed(relative_path) ? kForEver : "no-cache");
  response.headers.emplace_back("ETag", entry->etag);
  if (entry->gzip != nullptr) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (entry->gzip != nullptr && accepts_gzip) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = entry->gzip;
  } else {
    response.body = entry->plain;
  }
  return response;
}

Response StaticFiles::Page(const std::vector<std::string>& segments, bool accepts_gzip) const {
  const std::string path = Join(segments);
  if (MayBeServed(path)) {
    Response response = File(path, accepts_gzip);
    if (response.status == 200 || IsHashed(path)) return response;
  }
  Response index = File("index.html", accepts_gzip);
  return index.status == 200 ? index : NotBuilt();
}

Response StaticFiles::NotBuilt() const {
  return TextResponse(
      fmt::format("The web pages are not built: expected {}/index.html.\n\n"
                  "Run `make build` in the source tree, or set serve.web_directory.\n"
                  "The API is here already: /api/v1/clusters\n",
                  folder_),
      503);
}

}  // namespace distdiag::serve

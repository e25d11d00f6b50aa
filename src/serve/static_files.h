// The built web pages: a file by its path, or index.html for the routes of the single-page application.
//
// Why so: files under an assets/ folder have their content's hash in their name, so they are kept in memory and may be
// cached for ever; everything else is read anew each time, so a rebuilt page shows at the next request.
// Thread: safe. Cost: an asset is one map look-up; another file one read.
#pragma once

#include "base/file_system.h"
#include "base/mutex.h"
#include "serve/http_message.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::serve {

class StaticFiles {
 public:
  // `files` outlives it. The folder may be missing.
  StaticFiles(std::string folder, base::FileSystem& files)
      : folder_(std::move(folder)), files_(files) {}

  // A page of the application: the file if it is there, else index.html (but 404 below assets/).
  // REQUIRES: segments are plain names (RequestTarget::Parse has refused "..").
  Response Page(const std::vector<std::string>& segments, bool accepts_gzip) const
      LOCKS_EXCLUDED(mutex_);
  // Exactly this file, else 404.
  Response File(const std::string& relative_path, bool accepts_gzip) const LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> gzip;  // nullptr where it does not pay
    std::string etag;
  };
  using EntryPtr = std::shared_ptr<const Entry>;
  EntryPtr Load(const std::string& relative_path) const LOCKS_EXCLUDED(mutex_);
  EntryPtr Read(const std::string& relative_path) const;
  Response NotBuilt() const;

  const std::string folder_;
  base::FileSystem& files_;

  mutable base::Mutex mutex_;
  mutable std::map<std::string, EntryPtr, std::less<>> assets_ GUARDED_BY(mutex_);
  mutable std::size_t asset_bytes_ GUARDED_BY(mutex_) = 0;
};

// "text/html; charset=utf-8" for "x.html"; "application/octet-stream" for what is unknown.
std::string_view ContentTypeOf(std::string_view path);

// W/"…" from the content.
std::string EntityTag(std::string_view content);

}  // namespace distdiag::serve

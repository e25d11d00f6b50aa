#include "base/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

namespace distdiag::base {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // zlib: 16 added = gzip wrapper only
constexpr std::size_t kChunkBytes = 256 * 1024;

}  // namespace

Result<std::string> Gunzip(std::string_view compressed, std::size_t limit_bytes,
                           std::string_view what) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindowBits) != Z_OK)
    return Fail(Internal("zlib: inflateInit2 failed"));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string plain;
  int code = Z_OK;
  while (code == Z_OK) {
    const std::size_t before = plain.size();
    plain.resize(before + kChunkBytes);
    stream.next_out = reinterpret_cast<Bytef*>(plain.data() + before);
    stream.avail_out = static_cast<uInt>(kChunkBytes);
    code = inflate(&stream, Z_NO_FLUSH);
    plain.resize(plain.size() - stream.avail_out);
    if (plain.size() > limit_bytes) {
      inflateEnd(&stream);
      return Fail(InvalidArgument(fmt::format(
          "{}: expected at most {} bytes after decompression, found more", what, limit_bytes)));
    }
    if (code == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) break;
  }
  const std::size_t used = compressed.size() - stream.avail_in;
  const std::string detail = stream.msg == nullptr ? "unexpected end" : stream.msg;
  inflateEnd(&stream);
  if (code != Z_STREAM_END) {
    return Fail(DataLoss(fmt::format(
        "{}: expected a whole gzip stream, found it broken at compressed byte {} of {} ({})", what,
        used, compressed.size(), detail)));
  }
  if (used != compressed.size()) {
    return Fail(DataLoss(
        fmt::format("{}: expected the end of the gzip stream at byte {}, found {} more bytes", what,
                    used, compressed.size() - used)));
  }
  return plain;
}

std::string Gzip(std::string_view plain) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindowBits, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace distdiag::base

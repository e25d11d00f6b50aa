// Whole-buffer gzip decoding.
#pragma once

#include "base/status.h"

#include <string>
#include <string_view>

namespace distdiag::base {

// Decompresses one gzip stream. Truncated or corrupt input, trailing bytes, and output above `limit_bytes` (a
// decompression bomb) are errors that name `what` (usually the path) and the byte offset reached.
Result<std::string> Gunzip(std::string_view compressed, std::size_t limit_bytes,
                           std::string_view what);
// For tests and small artefacts.
std::string Gzip(std::string_view plain);

}  // namespace distdiag::base

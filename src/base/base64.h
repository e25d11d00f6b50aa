// Bytes as text: base64 (RFC 4648, section 4, with padding, without line breaks).
#pragma once

#include "base/status.h"

#include <string>
#include <string_view>

namespace distdiag::base {

std::string EncodeBase64(std::string_view bytes);
// InvalidArgument for whatever EncodeBase64 does not write.
Result<std::string> DecodeBase64(std::string_view text);

}  // namespace distdiag::base

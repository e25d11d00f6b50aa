// Content hashes: recordings, feature schemas and model artefacts are known by them.
#pragma once

#include <string>
#include <string_view>

namespace distdiag::base {

// Lower-case hexadecimal, 64 characters.
std::string Sha256Hex(std::string_view bytes);

}  // namespace distdiag::base

// How long a text is to a reader.
//
// Thread: const-safe (free functions).
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace distdiag::serve {

// Unicode code points: the bytes that don't continue one. REQUIRES: `text` is UTF-8, as the JSON parser has checked.
inline std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace distdiag::serve

// A statement's text without what its users wrote into it: the kind of statement, fit to be kept, shown and sent.
//
// Why so: texts hold names, card numbers, passwords. Whatever could be a literal becomes '?'; where a text can be read in two ways
// (backslash escapes or not, '#' and '--5') only the part that is sure is kept. A text that loses too much is preferred to one that tells.
// Thread: const-safe (free functions). Cost: some microseconds a kilobyte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace distdiag::collect {

inline constexpr std::size_t kMostStatementText = 300;  // bytes

enum class TextEnd {
  kWhole,
  kCut,  // the server or the query shortened it: a quote may be open at its end
};

// Literals, signs of numbers, national and hexadecimal strings: '?'. Comments and hints are left away. Lists of literals after IN, and all
// that follows VALUES, become "(...)", as MySQL's digests have it. One space between words. What follows an unterminated quote or comment
// is gone. At most kMostStatementText bytes, cut between words. Text that is normalised already stays as it is.
std::string NormaliseStatement(std::string_view text, TextEnd end = TextEnd::kWhole);

}  // namespace distdiag::collect

// Reads the body of POST …/notes (schema NewNote).
#pragma once

#include "base/status.h"

#include <string>
#include <string_view>

namespace distdiag::serve {

struct NewNote {
  std::string author;  // at most 100 characters, may be empty
  std::string text;    // 1 to 10000 characters, not only white space
};

// InvalidArgument that names field, expectation and finding. Characters are Unicode code points.
base::Result<NewNote> ParseNewNote(std::string_view body);

}  // namespace distdiag::serve

// Fuzzes the body of POST …/notes.
#include "serve/note_body.h"

#include "base/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto note = distdiag::serve::ParseNewNote({reinterpret_cast<const char*>(bytes), size});
  if (note) CHECK(!note->text.empty() && note->text.size() <= 40000 && note->author.size() <= 400);
  return 0;
}

// Notes that people wrote on incidents.
//
// Thread: safe (through Database).
#pragma once

#include "base/status.h"
#include "store/database.h"

#include <cstdint>
#include <string>
#include <vector>

namespace distdiag::store {

struct Note {
  std::int64_t id = 0;  // given by the store
  std::int64_t incident_id = 0;
  base::Timestamp time;
  std::string author;  // may be empty
  std::string text;
};

class NoteRepository {
 public:
  // `database` outlives the repository.
  explicit NoteRepository(Database& database) : database_(database) {}

  // The note as stored (with id), in a transaction of its own. NotFound when the incident doesn't exist.
  base::Result<Note> Add(Note note);
  // Oldest first.
  base::Result<std::vector<Note>> List(std::int64_t incident_id) const;

 private:
  Database& database_;
};

}  // namespace distdiag::store

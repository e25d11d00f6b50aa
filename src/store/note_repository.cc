#include "store/note_repository.h"

#include <fmt/format.h>

#include <utility>

namespace distdiag::store {

base::Result<Note> NoteRepository::Add(Note note) {
  const base::Status status =
      database_.InTransaction([&](Transaction& transaction) -> base::Status {
        Connection& connection = transaction.connection();
        ASSIGN_OR_RETURN_STATUS(Statement known,
                                connection.Prepare("SELECT 1 FROM incident WHERE id = ?"));
        ASSIGN_OR_RETURN_STATUS(const bool exists, known.Bind(note.incident_id).Step());
        if (!exists)
          return base::NotFound(fmt::format("there is no incident {}", note.incident_id));
        ASSIGN_OR_RETURN_STATUS(
            Statement insert,
            connection.Prepare(
                "INSERT INTO note (incident_id, time_us, author, text) VALUES (?, ?, ?, ?)"));
        RETURN_IF_ERROR(
            insert.Bind(note.incident_id).Bind(note.time).Bind(note.author).Bind(note.text).Run());
        note.id = connection.last_insert_id();
        return base::OkStatus();
      });
  if (!status.ok()) return base::Fail(status);
  return note;
}

base::Result<std::vector<Note>> NoteRepository::List(std::int64_t incident_id) const {
  using Notes = std::vector<Note>;
  return database_.Query<Notes>([&](Connection& connection) -> base::Result<Notes> {
    Notes notes;
    ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare(
            "SELECT id, time_us, author, text FROM note WHERE incident_id = ? ORDER BY id"));
    select.Bind(incident_id);
    while (true) {
      ASSIGN_OR_RETURN(const bool more, select.Step());
      if (!more) return notes;
      notes.push_back({.id = select.Int(0),
                       .incident_id = incident_id,
                       .time = select.Time(1),
                       .author = select.Text(2),
                       .text = select.Text(3)});
    }
  });
}

}  // namespace distdiag::store

// /api/v1/incidents/{id}/notes
#include "serve/api_json.h"
#include "serve/note_body.h"
#include "serve/page_limit.h"
#include "serve/router.h"

#include <fmt/format.h>

namespace distdiag::serve {
namespace {

Response ListNotes(const HandlerContext& context, const Call& call) {
  const auto id = ReadIncidentId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  const auto exists = context.deps.incidents.Exists(*id);
  if (!exists) return ProblemResponse(exists.error());
  if (!*exists) return ProblemResponse(base::NotFound(fmt::format("there is no incident {}", *id)));
  const auto notes = context.deps.notes.List(*id);
  if (!notes) return ProblemResponse(notes.error());
  base::JsonWriter json;
  json.BeginObject().Key("notes").BeginArray();
  for (const store::Note& note : *notes) WriteNote(json, note);
  json.EndArray().EndObject();
  return JsonResponse(json.Take());
}

Response AddNote(const HandlerContext& context, const Call& call) {
  const auto id = ReadIncidentId(call.parameters[0]);
  if (!id) return ProblemResponse(id.error());
  auto wanted = ParseNewNote(call.request.body);
  if (!wanted) return ProblemResponse(wanted.error());
  const auto note = context.deps.notes.Add({.id = 0,
                                            .incident_id = *id,
                                            .time = context.deps.clock.Now(),
                                            .author = std::move(wanted->author),
                                            .text = std::move(wanted->text)});
  if (!note) return ProblemResponse(note.error());
  base::JsonWriter json;
  WriteNote(json, *note);
  return JsonResponse(json.Take(), 201);
}

}  // namespace

void AddNoteRoutes(Router& router) {
  router.Add(Method::kGet, "/api/v1/incidents/{id}/notes", &ListNotes);
  router.Add(Method::kPost, "/api/v1/incidents/{id}/notes", &AddNote);
}

}  // namespace distdiag::serve

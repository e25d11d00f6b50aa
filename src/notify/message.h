// What a notification says: text for people and JSON for programs, from one incident event.
//
// Thread: const-safe (free functions).
#pragma once

#include "domain/incident.h"
#include "domain/statement.h"
#include "domain/topology.h"

#include <string>

namespace distdiag::notify {

struct MessageOptions {
  std::string ui_base_url;  // "http://localhost:13000"; the link is <ui_base_url>/incidents/<id>
};

struct Message {
  std::string title;  // "lab: n2: CPU saturated (94 %)"
  std::string
      text_en;  // several lines: cluster, node, problem, probability, since when, strongest evidence, link
  std::string text_zh;
  // One JSON object with all of it; "text" is text_en, so that chat systems' incoming webhooks show it as it is.
  std::string payload_json;
};

// Of `statements` the one that explains most of the change is told, when it is much.
Message RenderMessage(const domain::IncidentEvent& event, const domain::Topology& topology,
                      const MessageOptions& options,
                      const domain::StatementEvidence& statements = {});

}  // namespace distdiag::notify

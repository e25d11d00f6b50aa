// What the clients of some nodes get done together: whether their work goes on although it moved from one node to another.
//
// Why so: when leaders move, clients follow them; a node that serves fewer looks as if its clients suffered. All of them together do not.
// Thread: const-safe (free functions). Cost: the rows · nodes.
#pragma once

#include "domain/window.h"

#include <optional>
#include <span>

namespace distdiag::detect {

// Means over rows; `p95_ms` of the slowest node that serves a tenth of the work or more.
struct ClientWork {
  double per_second = 0;
  double p95_ms = 0;
  double errors_per_second = 0;
};

// nullopt where clients are not measured on one of the nodes, or none works.
std::optional<ClientWork> MeasureClientWork(const domain::WindowView& rows,
                                            std::span<const domain::NodeIndex> nodes);
// As much as before (four fifths at least), as fast (half slower at most), without more errors.
bool GoesOn(const ClientWork& before, const ClientWork& now);

}  // namespace distdiag::detect

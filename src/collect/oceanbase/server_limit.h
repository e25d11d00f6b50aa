// How long the server may take for a statement, as QUERY_TIMEOUT says it.
//
// Why so: the server gives up before we do, for our own time-out would cost the connection. A power of two, because the hint is part
// of the text by which the server finds a plan: with a limit that differs each time it made every plan anew (13 ms in the place of 0.3 ms
// on the 4.3.5 kernel). What is left for a statement depends on those before it, so even one digit gave three plans of each.
// Thread: const-safe (free functions).
#pragma once

#include "base/time.h"

#include <bit>
#include <cstdint>

namespace distdiag::collect {

// The greatest power of two of microseconds that is at most four fifths of `limit`. REQUIRES: limit >= 2 us.
inline base::Duration ServerLimit(base::Duration limit) {
  const std::int64_t most = limit.count() - limit.count() / 5;
  return base::Duration(
      static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(most))));
}

}  // namespace distdiag::collect

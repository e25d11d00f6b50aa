// How long the server may take for a statement, as QUERY_TIMEOUT says it.
//
// Why so: the server gives up before we do, for our own time-out would cost the connection. Rounded to one digit, because the hint is part
// of the text by which the server finds a plan: with a limit that differs each time it made every plan anew (13 ms in the place of 0.3 ms
// on the 4.3.5 kernel).
// Thread: const-safe (free functions).
#pragma once

#include "base/time.h"

#include <cstdint>

namespace distdiag::collect {

// At most four fifths of `limit`, one digit and zeros in microseconds. REQUIRES: limit > 0.
inline base::Duration ServerLimit(base::Duration limit) {
  const std::int64_t most = limit.count() - limit.count() / 5;
  std::int64_t unit = 1;
  while (most / unit >= 10) unit *= 10;
  return base::Duration(most / unit * unit);
}

}  // namespace distdiag::collect

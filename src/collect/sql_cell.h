// Cells of an answer as numbers and texts.
//
// Thread: const-safe (free functions).
#pragma once

#include "sql/connection.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

using SqlRow = std::vector<std::optional<std::string>>;

// The whole text as one finite number; nullopt for anything else ("ON", "", "1.5x", "nan").
std::optional<double> ParseNumber(std::string_view text);
// A cell that is not there, NULL or no number is nullopt.
std::optional<double> NumberAt(const SqlRow& row, std::size_t column);
// The same for a whole number, without loss.
std::optional<std::int64_t> IntegerAt(const SqlRow& row, std::size_t column);
// A cell that is not there or NULL is the empty text.
std::string_view TextAt(const SqlRow& row, std::size_t column);

}  // namespace distdiag::collect

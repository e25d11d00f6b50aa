// Parser of a table of numbers as the public data sets keep them: a header row of names, then one number or nothing a cell.
//
// Bad input is an InvalidArgument naming file, line and column, what was expected and what was found. Never throws.
// Thread: const-safe (free functions). Cost: one pass over the text.
#pragma once

#include "base/file_system.h"
#include "base/status.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::engine {

struct CsvTable {
  std::vector<std::string> columns;  // each once
  std::vector<double> values;        // [row, column], NaN = empty cell

  std::size_t row_count() const { return columns.empty() ? 0 : values.size() / columns.size(); }
  std::span<const double> Row(std::size_t row) const {
    return std::span(values).subspan(row * columns.size(), columns.size());
  }
};

// `file` is used in messages only. What is not finite is refused; so is a table without rows.
base::Result<CsvTable> ParseCsvTable(std::string_view text, std::string_view file);

// Reads a gzipped table. Fails with the path when it is not there, no gzip, or no such table.
base::Result<CsvTable> ReadCsvTable(const base::FileSystem& files, const std::string& path);

// Where the named columns stand. InvalidArgument naming the first that is missing.
base::Result<std::vector<std::size_t>> FindColumns(const CsvTable& table,
                                                   std::span<const std::string> names,
                                                   std::string_view file);

}  // namespace distdiag::engine

#include "store/database.h"

#include "store/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace distdiag::store {
namespace {

base::Status MakeFolder(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) return base::OkStatus();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return base::OkStatus();
  const std::string text =
      fmt::format("{}: can't create the folder: {}", folder.string(), error.message());
  return error == std::errc::no_space_on_device ? base::ResourceExhausted(text)
                                                : base::FailedPrecondition(text);
}

base::Status Prepare(Connection& writer, const DatabaseOptions& options) {
  // Before anything is written: a foreign or newer file must stay as it is.
  RETURN_IF_ERROR(CheckOrigin(writer, static_cast<std::int64_t>(Migrations().size())));
  RETURN_IF_ERROR(
      writer.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = "
                     "ON; PRAGMA temp_store = MEMORY"));
  if (options.limit_bytes > 0) {
    ASSIGN_OR_RETURN_STATUS(const std::int64_t page_bytes, writer.QueryInt("PRAGMA page_size"));
    const std::int64_t pages = std::max<std::int64_t>(1, options.limit_bytes / page_bytes);
    RETURN_IF_ERROR(writer.Execute(fmt::format("PRAGMA max_page_count = {}", pages)));
  }
  return Migrate(writer, Migrations());
}

}  // namespace

base::Result<std::unique_ptr<Database>> Database::Open(DatabaseOptions options) {
  RETURN_FAIL_IF_ERROR(MakeFolder(options.path));
  ASSIGN_OR_RETURN(auto writer, Connection::Open(options.path, Connection::Mode::kReadWrite,
                                                 options.busy_timeout));
  RETURN_FAIL_IF_ERROR(Prepare(*writer, options));
  std::vector<std::unique_ptr<Connection>> readers;
  for (int i = 0; i < std::max(1, options.reader_count); ++i) {
    ASSIGN_OR_RETURN(auto reader, Connection::Open(options.path, Connection::Mode::kReadOnly,
                                                   options.busy_timeout));
    readers.push_back(std::move(reader));
  }
  std::unique_ptr<Database> database(new Database(std::move(options)));
  {
    base::MutexLock lock(database->writer_mutex_);
    database->writer_ = std::move(writer);
  }
  {
    base::MutexLock lock(database->readers_mutex_);
    database->readers_ = std::move(readers);
  }
  return database;
}

Database::~Database() {
  {
    // Readers go first, so that the writer, as the last one, folds the write-ahead log into the file.
    base::MutexLock lock(readers_mutex_);
    readers_.clear();
  }
  base::MutexLock lock(writer_mutex_);
  writer_.reset();
}

base::Status Database::InTransaction(const std::function<base::Status(Transaction&)>& fn) {
  base::MutexLock lock(writer_mutex_);
  RETURN_IF_ERROR(writer_->Execute("BEGIN IMMEDIATE"));
  Transaction transaction(*writer_);
  base::Status status = fn(transaction);
  if (status.ok()) status = writer_->Execute("COMMIT");
  // SQLite may have rolled back by itself (disk full); a second ROLLBACK would be an error.
  if (!status.ok() && writer_->in_transaction()) {
    base::Status rolled_back = writer_->Execute("ROLLBACK");
    if (!rolled_back.ok()) return rolled_back;
  }
  return status;
}

base::Status Database::Read(const std::function<base::Status(Connection&)>& fn) {
  std::unique_ptr<Connection> reader = TakeReader();
  base::Status status = reader->Execute("BEGIN");
  if (status.ok()) status = fn(*reader);
  if (reader->in_transaction()) {
    base::Status ended = reader->Execute("COMMIT");
    if (status.ok()) status = std::move(ended);
  }
  GiveReader(std::move(reader));
  return status;
}

std::unique_ptr<Connection> Database::TakeReader() {
  base::MutexLock lock(readers_mutex_);
  while (readers_.empty()) reader_returned_.Wait(readers_mutex_);
  std::unique_ptr<Connection> reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}

void Database::GiveReader(std::unique_ptr<Connection> reader) {
  {
    base::MutexLock lock(readers_mutex_);
    readers_.push_back(std::move(reader));
  }
  reader_returned_.NotifyOne();
}

}  // namespace distdiag::store

// A real OceanBase kernel (seekdb) of its own folder, which tools/servers/seekdb starts; ended and removed with the object.
#pragma once

#include "base/clock.h"
#include "base/file_system.h"
#include "base/process.h"
#include "sql/connection.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace distdiag {

class SeekdbServer {
 public:
  SeekdbServer(const std::string& name, std::uint16_t port)
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("distdiag-{}-{}", name, ::getpid())),
        port_(port) {
    Start();
  }
  ~SeekdbServer() {
    if (pid() > 0) ::kill(pid(), SIGKILL);  // nobody needs its data
    Script("stop");
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SeekdbServer(const SeekdbServer&) = delete;
  SeekdbServer& operator=(const SeekdbServer&) = delete;

  void Start() { Script("start"); }
  // As a power failure: nothing is put in order.
  void Kill() {
    const pid_t old = pid();
    Signal(SIGKILL);
    WaitUntil([&] { return !std::filesystem::exists(fmt::format("/proc/{}", old)); });
  }
  void Signal(int signal) const { ASSERT_EQ(::kill(pid(), signal), 0); }
  // SIGSTOP is acted upon some time after kill() returned.
  void Freeze() const {
    Signal(SIGSTOP);
    const std::string stat = fmt::format("/proc/{}/stat", pid());
    WaitUntil([&] {
      const auto text = base::RealFileSystem().ReadFile(stat);
      return text && text->find(") T ") != std::string::npos;
    });
  }
  pid_t pid() const {
    const auto text = base::RealFileSystem().ReadFile((folder_ / "seekdb.pid").string());
    return text ? static_cast<pid_t>(std::strtol(text->c_str(), nullptr, 10)) : -1;
  }

  sql::Endpoint As(const std::string& user, const std::string& password) const {
    sql::Endpoint endpoint;
    endpoint.port = port_;
    endpoint.user = user;
    endpoint.password = password;
    return endpoint;
  }
  sql::Endpoint Root() const { return As("root", ""); }
  std::unique_ptr<sql::Connection> Connect() {
    auto connection = sql::Connection::Open(Root(), std::chrono::seconds(5), clock_);
    EXPECT_TRUE(connection) << (connection ? "" : connection.error().message());
    return connection ? std::move(*connection) : nullptr;
  }
  sql::ResultSet Sql(const std::string& statement) {
    const auto connection = Connect();
    if (connection == nullptr) return {};
    auto result = connection->Query(statement, std::chrono::seconds(20));
    EXPECT_TRUE(result) << statement << (result ? "" : result.error().message());
    return result.value_or(sql::ResultSet{});
  }

 private:
  template <typename Condition>
  static void WaitUntil(Condition condition) {
    for (int i = 0; i < 5000; ++i) {
      if (condition()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    FAIL() << "the server does not follow its signal";
  }
  void Script(const std::string& action) {
    const auto done = base::RunChecked({DISTDIAG_SOURCE_DIR "/tools/servers/seekdb", action,
                                        folder_.string(), std::to_string(port_)},
                                       std::chrono::seconds(90));
    ASSERT_TRUE(done) << done.error().message();
  }

  const std::filesystem::path folder_;
  const std::uint16_t port_;
  base::RealClock clock_;
};

}  // namespace distdiag

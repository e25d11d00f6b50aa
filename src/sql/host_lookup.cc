#include "sql/host_lookup.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

namespace distdiag::sql {
namespace {

struct Answer {
  int error = 0;
  std::vector<std::string> addresses;
};

Answer Ask(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  Answer answer;
  answer.error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (answer.error != 0) return answer;
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(a->ai_addr, a->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) != 0)
      continue;
    if (std::find(answer.addresses.begin(), answer.addresses.end(), text.data()) ==
        answer.addresses.end())
      answer.addresses.emplace_back(text.data());
  }
  ::freeaddrinfo(found);
  return answer;
}

}  // namespace

base::Result<std::vector<std::string>> LookUpHost(const std::string& host, base::Duration limit) {
  if (Answer numeric = Ask(host, AI_NUMERICHOST); !numeric.addresses.empty())
    return std::move(numeric.addresses);

  auto promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future = promise->get_future();
  try {
    std::thread([promise, host] { promise->set_value(Ask(host, 0)); }).detach();
  } catch (const std::system_error& e) {
    return base::Fail(
        base::Unavailable(fmt::format("no thread for looking up host '{}': {}", host, e.what())));
  }
  if (future.wait_for(limit) != std::future_status::ready) {
    return base::Fail(base::Unavailable(fmt::format(
        "host '{}': the name server did not answer within {} ms; check the resolver, or "
        "configure the numeric address",
        host, std::chrono::ceil<std::chrono::milliseconds>(limit).count())));
  }
  Answer answer = future.get();
  if (answer.addresses.empty()) {
    return base::Fail(base::Unavailable(
        fmt::format("host '{}' can't be resolved ({}); check the spelling, or configure the "
                    "numeric address",
                    host, ::gai_strerror(answer.error))));
  }
  return std::move(answer.addresses);
}

}  // namespace distdiag::sql

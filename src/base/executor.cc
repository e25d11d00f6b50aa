#include "base/executor.h"

#include <pthread.h>

namespace distdiag::base {

ThreadPoolExecutor::ThreadPoolExecutor(const std::string& name, int threads,
                                       std::size_t queue_capacity)
    : jobs_(queue_capacity) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, name] {
      NameThisThread(name);
      while (auto job = jobs_.Pop()) (*job)();
    });
  }
}

ThreadPoolExecutor::~ThreadPoolExecutor() { Stop(); }

bool ThreadPoolExecutor::Submit(std::function<void()> job) { return jobs_.TryPush(std::move(job)); }

void ThreadPoolExecutor::Stop() {
  jobs_.Close();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void NameThisThread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

}  // namespace distdiag::base

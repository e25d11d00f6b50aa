// A fixed set of threads that run small jobs.
//
// Why so: diagnosis and deliveries run beside ingest, and the number of threads is a setting, not an accident.
// Thread: safe. Owner: engine.
#pragma once

#include "base/bounded_queue.h"

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace distdiag::base {

class Executor {
 public:
  virtual ~Executor() = default;
  // False when the job was not taken: the executor is stopped or its queue is full.
  virtual bool Submit(std::function<void()> job) = 0;
};

// Jobs run in the caller's thread, at once: for tests and replays.
class InlineExecutor final : public Executor {
 public:
  bool Submit(std::function<void()> job) override {
    job();
    return true;
  }
};

class ThreadPoolExecutor final : public Executor {
 public:
  // REQUIRES: threads > 0, queue_capacity > 0. `name` shows in top(1), cut to 15 characters.
  ThreadPoolExecutor(const std::string& name, int threads, std::size_t queue_capacity);
  ~ThreadPoolExecutor() override;

  bool Submit(std::function<void()> job) override;
  // Runs what is queued, then joins. Idempotent.
  void Stop();
  std::uint64_t shed() const { return jobs_.shed(); }

 private:
  BoundedQueue<std::function<void()>> jobs_;
  std::vector<std::jthread> threads_;
};

// Names the calling thread for top(1) and debuggers.
void NameThisThread(const std::string& name);

}  // namespace distdiag::base

// Annotated mutex, lock and condition variable: clang's -Wthread-safety proves GUARDED_BY at compile time.
//
// Why so: clang 14 does not take a plain std::mutex as a capability.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define DISTDIAG_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define DISTDIAG_THREAD_ANNOTATION(x)
#endif

#define CAPABILITY(x) DISTDIAG_THREAD_ANNOTATION(capability(x))
#define SCOPED_CAPABILITY DISTDIAG_THREAD_ANNOTATION(scoped_lockable)
#define GUARDED_BY(x) DISTDIAG_THREAD_ANNOTATION(guarded_by(x))
#define LOCKS_REQUIRED(...) DISTDIAG_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define LOCKS_EXCLUDED(...) DISTDIAG_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) DISTDIAG_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...) DISTDIAG_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS DISTDIAG_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace distdiag::base {

// Thread: safe.
class CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ACQUIRE() { mutex_.lock(); }
  void Unlock() RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Condition variable for Mutex. Waits may wake early: call in a loop over the condition.
class CondVar {
 public:
  void Wait(Mutex& mutex) LOCKS_REQUIRED(mutex) NO_THREAD_SAFETY_ANALYSIS {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False when the time ran out.
  bool WaitFor(Mutex& mutex, std::chrono::nanoseconds limit)
      LOCKS_REQUIRED(mutex) NO_THREAD_SAFETY_ANALYSIS {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_for(lock, limit) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace distdiag::base

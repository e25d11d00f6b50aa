// The forward pass of an LSTM, compiled once for each instruction set (private to this folder).
//
// Why so: packages are built for plain x86-64, but wider vectors are worth a factor of three in batches. Each file that
// includes lstm_kernels.inc gives Eigen a name of its own, since the linker keeps one copy of an inline function: without that
// the one with AVX could be kept for all. For the same reason those files use raw pointers and nothing of the standard library.
// Thread: const-safe.
#pragma once

#include "detect/sequence/lstm.h"

namespace distdiag::detect {

struct LstmKernels {
  const char* name;
  // As Lstm::Step.
  void (*step)(const LstmShape& shape, const float* parameters, const float* x, float* state,
               float* y);
  // As Lstm::Forward. scratch: ForwardScratchSize floats.
  void (*forward)(const LstmShape& shape, const float* parameters, const float* x,
                  std::size_t ticks, std::size_t batch, float* scratch, float* y);
};

inline std::size_t ForwardScratchSize(const LstmShape& shape, std::size_t batch) {
  std::size_t size = 4 * shape.hidden * batch;  // gates
  for (std::size_t layer = 0; layer < shape.layers; ++layer)
    size += (shape.FanIn(layer) + shape.hidden) * batch;  // [x h 1], c
  return size;
}

extern const LstmKernels kPlainLstmKernels;
extern const LstmKernels kAvx2LstmKernels;
extern const LstmKernels kAvx512LstmKernels;

// The widest that this machine can run.
const LstmKernels& BestLstmKernels();

}  // namespace distdiag::detect

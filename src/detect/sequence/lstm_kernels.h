// The forward pass of an LSTM, compiled once for each instruction set (private to this folder).
//
// Why so: packages are built for plain x86-64, but wider vectors are worth a factor of three in batches. The linker keeps one
// copy of an inline function, which could be the one with AVX: files that include lstm_kernels.inc use raw pointers, functions
// of their own and nothing of any library.
// Thread: const-safe.
#pragma once

#include "detect/sequence/lstm.h"

namespace distdiag::detect {

// Each gate is filled up with zeros to a multiple of 16 cells, and the weights of x, of h and of the head are laid out in panels
// of 64 outputs: [panel, input, 64]. So no loop has a rest, and weights are read in the order in which they lie.
inline constexpr std::size_t kLstmCells = 16;
inline constexpr std::size_t kLstmPanel = 64;

struct LstmSizes {
  std::size_t inputs, hidden, layers, outputs;
  std::size_t cells;         // hidden, filled up to kLstmCells
  std::size_t head_outputs;  // outputs, filled up to kLstmPanel
};
LstmSizes SizesOf(const LstmShape& shape);

// For each layer the panels of x, the panels of h, the bias [4 · cells]; then the head's panels and its bias [head_outputs].
std::vector<float> PackLstm(const LstmShape& shape, const std::vector<float>& parameters);

// How many ticks go through a layer before the next layer has its turn.
std::size_t TicksAtOnce(std::size_t ticks, std::size_t batch);
std::size_t ScratchSize(const LstmSizes& sizes, std::size_t ticks_at_once, std::size_t batch);

struct LstmPass {
  LstmSizes sizes;
  std::size_t ticks, ticks_at_once, batch;
  const float* packed;
  const float* x;
  float* state;    // for each layer h [batch, cells], c [batch, cells]
  float* scratch;  // ScratchSize floats
  float* y;
};

struct LstmKernels {
  const char* name;
  void (*advance)(const LstmPass& pass);  // as Lstm::Advance
};

extern const LstmKernels kPlainLstmKernels;
extern const LstmKernels kAvx2LstmKernels;
extern const LstmKernels kAvx512LstmKernels;

// The widest that this machine can run.
const LstmKernels& BestLstmKernels();

}  // namespace distdiag::detect

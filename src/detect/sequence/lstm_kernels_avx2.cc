// Compiled with AVX2 and FMA (CMakeLists.txt).
#define LANES 8
#define KERNELS kAvx2LstmKernels
#define KERNELS_NAME "avx2"
#include "detect/sequence/lstm_kernels.inc"

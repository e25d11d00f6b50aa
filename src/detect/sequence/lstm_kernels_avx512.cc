// Compiled with AVX-512 (CMakeLists.txt).
#define LANES 16
#define KERNELS kAvx512LstmKernels
#define KERNELS_NAME "avx512"
#include "detect/sequence/lstm_kernels.inc"

#define LANES 4
#define KERNELS kPlainLstmKernels
#define KERNELS_NAME "plain"
#include "detect/sequence/lstm_kernels.inc"

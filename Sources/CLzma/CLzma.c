#include "CLzma.h"

const uint32_t wright_lzma_concatenated = LZMA_CONCATENATED;

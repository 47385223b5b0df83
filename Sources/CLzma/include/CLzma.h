#ifndef WRIGHT_CLzma_H
#define WRIGHT_CLzma_H

#include <lzma.h>
#include <stdint.h>

/// LZMA_CONCATENATED, whose macro Swift does not import.
extern const uint32_t wright_lzma_concatenated;

#endif

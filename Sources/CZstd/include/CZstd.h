#ifndef WRIGHT_CZstd_H
#define WRIGHT_CZstd_H

#include <zstd.h>

#endif

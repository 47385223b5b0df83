#include "CLinux.h"

#include <malloc.h>

void wright_trim_memory(void) { malloc_trim(0); }

#include "CLinux.h"

void wright_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

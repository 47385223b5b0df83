#include "CLinux.h"

void wright_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int64_t wright_time_of_day(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

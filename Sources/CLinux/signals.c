#include "CLinux.h"

static int notify = -1;

static void on_signal(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  // A full pipe holds more signals than anybody has to hear of.
  ssize_t ignored = write(notify, &byte, 1);
  (void)ignored;
  errno = saved;
}

int wright_catch_signals(const int *numbers, int count) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  notify = ends[1];
  for (int i = 0; i < count; i++) {
    struct sigaction action = {0};
    // What the program was told to ignore at its start (INT, for a job in the background) stays ignored.
    if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(numbers[i], &action, NULL);
  }
  return ends[0];
}

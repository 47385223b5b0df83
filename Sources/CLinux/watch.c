#include "CLinux.h"

#include <sys/inotify.h>

int wright_watch_folder(const char *path) {
  int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) return -1;
  if (inotify_add_watch(descriptor, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) < 0) {
    int saved = errno;
    close(descriptor);
    errno = saved;
    return -1;
  }
  return descriptor;
}

void wright_forget_changes(int descriptor) {
  char events[4096];
  while (read(descriptor, events, sizeof events) > 0) {}
}

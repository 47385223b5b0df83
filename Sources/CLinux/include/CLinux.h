#ifndef WRIGHT_CLinux_H
#define WRIGHT_CLinux_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/// Opens `path` below `directory` and never above it, whatever `..` and symbolic links say: openat2(2) with
/// RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS. Returns a descriptor or -1 with errno (EXDEV where it would leave).
int wright_open_beneath(int directory, const char *_Nonnull path, int flags, mode_t mode);

/// Removes `path` and all below it without following symbolic links. 0, or -1 with errno. An absent path is 0.
int wright_remove_tree(const char *_Nonnull path);

/// Names the calling thread, at most 15 bytes. The header's own function is hidden from Swift.
void wright_set_thread_name(const char *_Nonnull name);

#endif

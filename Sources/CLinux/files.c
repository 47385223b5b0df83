#include "CLinux.h"

#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

int wright_open_beneath(int directory, const char *path, int flags, mode_t mode) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint64_t)(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long result;
  do {
    result = syscall(SYS_openat2, directory, path, &how, sizeof how);
  } while (result < 0 && (errno == EAGAIN || errno == EINTR));
  return (int)result;
}

int wright_locate_beneath(int directory, const char *path, int no_follow) {
  return wright_open_beneath(directory, path, O_PATH | (no_follow ? O_NOFOLLOW : 0), 0);
}

int wright_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int wright_spread_subfolders(int folder) {
  int flags = 0;
  if (ioctl(folder, FS_IOC_GETFLAGS, &flags) != 0) return -1;
  if (flags & FS_TOPDIR_FL) return 0;
  flags |= FS_TOPDIR_FL;
  return ioctl(folder, FS_IOC_SETFLAGS, &flags);
}

int wright_sync_file_system(int file) { return syncfs(file); }

int wright_set_direct(int file, int on) {
  int flags = fcntl(file, F_GETFL);
  if (flags < 0) return -1;
  return fcntl(file, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT);
}

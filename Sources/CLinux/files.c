#include "CLinux.h"

#include <string.h>
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

static int remove_below(int parent, const char *name, int depth);

// Removes the entries of the open folder `fd`, which this function closes.
static int remove_entries(int fd, int depth) {
  DIR *directory = fdopendir(fd);
  if (!directory) {
    close(fd);
    return -1;
  }
  int result = 0;
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (remove_below(dirfd(directory), entry->d_name, depth + 1) != 0) result = -1;
  }
  int saved = errno;
  closedir(directory);
  errno = saved;
  return result;
}

static int remove_below(int parent, const char *name, int depth) {
  if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM && errno != EACCES) return -1;
  // Each level holds one descriptor; a deeper tree than this is refused rather than exhausting them.
  if (depth > 500) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == EACCES) {
    fchmodat(parent, name, 0700, 0);
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }
  if (fd < 0) return -1;
  fchmod(fd, 0700);
  if (remove_entries(fd, depth) != 0) return -1;
  return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -1;
}

int wright_remove_tree(const char *path) { return remove_below(AT_FDCWD, path, 0); }

int wright_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int wright_set_direct(int file, int on) {
  int flags = fcntl(file, F_GETFL);
  if (flags < 0) return -1;
  return fcntl(file, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT);
}

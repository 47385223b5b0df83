#include "trees.h"

#include <linux/fs.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/syscall.h>

// Each level of the walk holds a descriptor and a buffer. A folder deeper than this is moved to the top of the tree
// and removed from there, so that depth costs neither descriptors nor stack.
#define DEEPEST 48

int wright_is_dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

int wright_open_subfolder(int parent, const char *name) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
  long result;
  do result = syscall(SYS_openat2, parent, name, &how, sizeof how);
  while (result < 0 && (errno == EAGAIN || errno == EINTR));
  return (int)result;
}

// Takes away the attributes that forbid removal even to the owner. Nothing happens where there are none.
static void clear_attributes(int fd) {
  int flags = 0;
  if (ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0 || !(flags & (FS_IMMUTABLE_FL | FS_APPEND_FL))) return;
  flags &= ~(FS_IMMUTABLE_FL | FS_APPEND_FL);
  ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

static int remove_protected_file(int parent, const char *name) {
  clear_attributes(parent);
  int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0) {
    clear_attributes(fd);
    close(fd);
  }
  return unlinkat(parent, name, 0);
}

static int open_to_empty(int parent, const char *name) {
  int fd = wright_open_subfolder(parent, name);
  if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0) fd = wright_open_subfolder(parent, name);
  if (fd < 0) return -1;
  clear_attributes(fd);
  fchmod(fd, 0700);
  return fd;
}

// Moves the folder `name` of `parent` up to the folder `top`, under a name that is not taken.
static int move_up(int parent, const char *name, int top) {
  for (int attempt = 0; attempt < 100; attempt++) {
    uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number) return -1;
    char target[40];
    snprintf(target, sizeof target, "removed-%016llx", (unsigned long long)number);
    if (renameat2(parent, name, top, target, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EEXIST) return -1;
  }
  return -1;
}

static int remove_entry(int parent, const char *name, int depth, int top);

// Removes the entries of the open folder `fd`, which stays the caller's.
static int empty_folder(int fd, int depth, int top) {
  int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;
  if (!directory) {
    if (copy >= 0) close(copy);
    return -1;
  }
  int result = 0, saved = 0;
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    if (wright_is_dots(entry->d_name)) continue;
    if (remove_entry(fd, entry->d_name, depth, top) != 0) {
      result = -1;
      saved = errno;
    }
  }
  closedir(directory);
  errno = saved;
  return result;
}

static int remove_folder(int parent, const char *name, int depth, int top) {
  int fd = open_to_empty(parent, name);
  if (fd < 0) return errno == ENOENT ? 0 : -1;
  if (depth >= DEEPEST) {
    close(fd);
    return move_up(parent, name, top);
  }
  int result, rounds = 0;
  // Again while it helps: folders are moved up into the topmost one while it is being read. Not for ever: somebody
  // might still be adding files.
  do {
    result = empty_folder(fd, depth + 1, top >= 0 ? top : fd);
    if (result != 0) break;
    result = unlinkat(parent, name, AT_REMOVEDIR);
    if (result != 0 && errno == EPERM) {
      clear_attributes(parent);
      result = unlinkat(parent, name, AT_REMOVEDIR);
    }
  } while (result != 0 && (errno == ENOTEMPTY || errno == EEXIST) && ++rounds < 10000);
  int saved = errno;
  close(fd);
  errno = saved;
  return result == 0 || errno == ENOENT ? 0 : -1;
}

static int remove_entry(int parent, const char *name, int depth, int top) {
  if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
  if (errno == EISDIR) return remove_folder(parent, name, depth, top);
  if (errno != EPERM && errno != EACCES) return -1;
  struct stat status;
  if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? 0 : -1;
  if (S_ISDIR(status.st_mode)) return remove_folder(parent, name, depth, top);
  return remove_protected_file(parent, name);
}

int wright_remove_tree(const char *path) {
  if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR) return 0;
  char *copy = strdup(path);
  if (!copy) return -1;
  // The last part of the path is opened strictly, as any entry; what leads there may hold symbolic links.
  size_t length = strlen(copy);
  while (length > 1 && copy[length - 1] == '/') copy[--length] = 0;
  char *slash = strrchr(copy, '/');
  const char *name = slash ? slash + 1 : copy;
  if (slash) *slash = 0;
  const char *folder = slash ? (slash == copy ? "/" : copy) : ".";
  int result = -1;
  int parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent >= 0) {
    result = remove_entry(parent, name, 0, -1);
    int saved = errno;
    close(parent);
    errno = saved;
  } else if (errno == ENOENT) {
    result = 0;
  }
  int saved = errno;
  free(copy);
  errno = saved;
  return result;
}

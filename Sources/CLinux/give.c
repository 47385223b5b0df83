#include "trees.h"

#define DEEPEST 400

static int copy_content(int from, int to) {
  char buffer[65536];
  for (;;) {
    ssize_t count = read(from, buffer, sizeof buffer);
    if (count == 0) return 0;
    if (count < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(to, buffer + done, (size_t)(count - done));
      if (written < 0 && errno != EINTR) return -1;
      if (written > 0) done += written;
    }
  }
}

// Replaces a file that has other names by a copy of its own. git makes such files when it clones a local repository.
static int replace_by_copy(int parent, const char *name, const struct stat *status, uid_t owner, gid_t group) {
  const char *temporary = ".wright-copy";
  int from = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (from < 0) return -1;
  int to = openat(parent, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  int result = -1;
  if (to >= 0 && copy_content(from, to) == 0 && fchown(to, owner, group) == 0 &&
      fchmod(to, status->st_mode & 0777) == 0)
    result = renameat(parent, temporary, parent, name);
  int saved = errno;
  if (to >= 0) close(to);
  if (to >= 0 && result != 0) unlinkat(parent, temporary, 0);
  close(from);
  errno = saved;
  return result;
}

static int give_entry(int parent, const char *name, uid_t owner, gid_t group, int depth);

static int give_folder(int parent, const char *name, uid_t owner, gid_t group, int depth) {
  if (depth > DEEPEST) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int fd = wright_open_subfolder(parent, name);
  DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
  if (!directory) {
    if (fd >= 0) close(fd);
    return -1;
  }
  int result = 0;
  struct dirent *entry;
  while (result == 0 && (entry = readdir(directory))) {
    if (!wright_is_dots(entry->d_name)) result = give_entry(fd, entry->d_name, owner, group, depth);
  }
  if (result == 0) result = fchown(fd, owner, group);
  int saved = errno;
  closedir(directory);
  errno = saved;
  return result;
}

static int give_entry(int parent, const char *name, uid_t owner, gid_t group, int depth) {
  struct stat status;
  if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return -1;
  if (S_ISDIR(status.st_mode)) return give_folder(parent, name, owner, group, depth + 1);
  if (S_ISREG(status.st_mode) && status.st_nlink > 1) return replace_by_copy(parent, name, &status, owner, group);
  return fchownat(parent, name, owner, group, AT_SYMLINK_NOFOLLOW);
}

int wright_give_tree(int directory, uid_t owner, gid_t group) { return give_folder(directory, ".", owner, group, 0); }

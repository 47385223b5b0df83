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
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/// Opens `path` below `directory` and never above it, whatever `..` and symbolic links say: openat2(2) with
/// RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS. Returns a descriptor or -1 with errno (EXDEV where it would leave).
int wright_open_beneath(int directory, const char *_Nonnull path, int flags, mode_t mode);

/// Opens what is at `path` below `directory` only as a reference (O_PATH), not following a last symbolic link where
/// `no_follow`. Returns a descriptor or -1 with errno.
int wright_locate_beneath(int directory, const char *_Nonnull path, int no_follow);

/// Removes `path` and all below it without following symbolic links or entering other file systems, whatever the
/// permissions, attributes and depth of the tree. 0, or -1 with errno. An absent path is 0.
int wright_remove_tree(const char *_Nonnull path);

/// Tells the file system that the subfolders of the open folder have nothing to do with each other (`chattr +T`). 0, or -1 with errno.
int wright_spread_subfolders(int folder);

/// Makes everything durable that was written to the file system that the open file is on: syncfs(2). 0, or -1 with errno.
int wright_sync_file_system(int file);

/// Turns O_DIRECT of an open file on or off. 0, or -1 with errno (EINVAL where the file system has no direct access).
int wright_set_direct(int file, int on);

/// Gives the open folder `directory` and all below it to `owner`, without following symbolic links or entering other file systems. A file
/// that has names elsewhere too is replaced by a copy first, so that nothing outside changes hands.
/// 0, or -1 with errno (ENAMETOOLONG below 400 levels).
int wright_give_tree(int directory, uid_t owner, gid_t group);

/// The time of day in milliseconds since 1970. Here because `timespec` is not always visible to Swift through Glibc.
int64_t wright_time_of_day(void);

/// A descriptor that can be read once something in the folder was written, made or moved there: inotify(7). -1 with errno.
int wright_watch_folder(const char *_Nonnull path);

/// Reads all that a descriptor of `wright_watch_folder` has told so far.
void wright_forget_changes(int descriptor);

/// Sends `text` as one datagram to the Unix socket at `path`; a `path` that begins with '@' names one that is in no folder.
/// 0, or -1 with errno.
int wright_send_datagram(const char *_Nonnull path, const char *_Nonnull text);

/// Names the calling thread, at most 15 bytes. The header's own function is hidden from Swift.
void wright_set_thread_name(const char *_Nonnull name);

/// What `wright_spawn` starts. All pointers stay the caller's.
typedef struct {
  /// A path.
  const char *_Nonnull executable;
  /// Ends with NULL; the first is the program's own name.
  char *_Nullable const *_Nonnull arguments;
  /// Ends with NULL.
  char *_Nullable const *_Nonnull environment;
  /// Where it starts.
  const char *_Nonnull directory;
  /// Descriptors that become 0, 1, 2, ... in the program; all others are closed there.
  const int *_Nonnull descriptors;
  /// At most `WRIGHT_SPAWN_DESCRIPTORS`.
  int descriptor_count;
  /// Added to the program's chance of being the victim when memory runs out, 0 to 999.
  int out_of_memory_score;
  /// 1 to 19: how far it stands back behind other programs for processor time; 0 to leave it.
  int niceness;
  /// RLIMIT_NPROC, or -1 to leave it.
  int64_t process_limit;
  /// Not 0: under a supervisor.
  int supervised;
} wright_spawn_request;

#define WRIGHT_SPAWN_DESCRIPTORS 16

/// Starts a program in its own session, with default signals and this process's first limit of descriptors, which dies with the calling *thread*. Returns 0 and
/// fills in `pid` and `pidfd` (close-on-exec), of the supervisor where there is one; or returns the error number of
/// the step that failed, also of execve in the child.
int wright_spawn(const wright_spawn_request *_Nonnull request, pid_t *_Nonnull pid, int *_Nonnull pidfd);

/// Sends `signal` to the processes that descend from `root`, but not to the first `skip` generations (`root` is
/// generation 0). Processes that are started meanwhile may be missed. `queue` is room for `capacity` processes.
/// Returns how many got it.
int wright_signal_descendants(pid_t root, int skip, int signal, pid_t *_Nonnull queue, int capacity);

/// Asks whether the child behind `pidfd` has ended. Returns 1 and fills in `signalled` (0 or 1) and `status` (exit
/// status or signal) where it has, 0 where it has not, -1 with errno. Frees it unless `keep`.
int wright_reap(int pidfd, int keep, int *_Nonnull signalled, int *_Nonnull status);

/// Makes a pipe, close-on-exec; the reading end does not block, and it holds `capacity` bytes where that is allowed.
int wright_make_pipe(int *_Nonnull ends, int capacity);

/// A new file that exists only in memory, close-on-exec. -1 with errno.
int wright_memory_file(const char *_Nonnull name);

/// Bytes that can be read at once from a pipe; 0 where unknown.
int wright_readable_bytes(int descriptor);

/// Catches these signals: each is written as one byte, its number, to a pipe, whose reading end is returned; -1 with
/// errno where there is none. Children do not inherit it. To be called once.
int wright_catch_signals(const int *_Nonnull numbers, int count);

/// Runs this program anew in this process's place, with these arguments, the last of which is NULL. Returns only where
/// that fails, with the error's number.
int wright_run_again(char *_Nullable const *_Nonnull arguments);

#endif

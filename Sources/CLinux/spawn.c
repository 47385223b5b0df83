#include "spawn.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

// Programs are started with clone(CLONE_VM | CLONE_VFORK), as posix_spawn does it: no page table is copied, so the
// cost does not grow with this process. posix_spawn itself cannot set PR_SET_PDEATHSIG, limits or the OOM score in the
// child. Until execve the child runs in this process's memory while the calling thread is suspended: it calls nothing
// but thin system calls, and all signals are blocked so that no handler of this process can run in it.

struct launch {
  const wright_spawn_request *request;
  pid_t parent;
  // Written by the child, read by the parent: they share memory.
  volatile int error;
};

void wright_reset_signals(void) {
  // The kernel's own structure, all zero: SIG_DFL. glibc's sigaction refuses the two signals that it uses itself.
  struct {
    void *handler;
    unsigned long flags;
    void *restorer;
    uint64_t mask;
  } standard;
  memset(&standard, 0, sizeof standard);
  for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, &standard, NULL, 8);
}

// How many descriptors a program may have, as it was when this process began. The server raises its own limit as far
// as it can; a program that closes all that it could have would take minutes where that is a thousand million.
static struct rlimit first_descriptors;

__attribute__((constructor)) static void note_limits(void) {
  if (getrlimit(RLIMIT_NOFILE, &first_descriptors) != 0) first_descriptors.rlim_cur = 1024;
}

static int set_descriptor_limit(void) {
  struct rlimit descriptors;
  if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return -1;
  if (first_descriptors.rlim_cur >= descriptors.rlim_cur) return 0;
  descriptors.rlim_cur = first_descriptors.rlim_cur;
  return setrlimit(RLIMIT_NOFILE, &descriptors);
}

static int set_limits(const wright_spawn_request *request) {
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
  if (request->process_limit < 0) return 0;
  struct rlimit processes;
  if (getrlimit(RLIMIT_NPROC, &processes) != 0) return -1;
  rlim_t wanted = (rlim_t)request->process_limit;
  if (wanted < processes.rlim_cur) processes.rlim_cur = wanted;
  if (wanted < processes.rlim_max) processes.rlim_max = wanted;
  return setrlimit(RLIMIT_NPROC, &processes);
}

// A kernel without the file, or a stricter parent, is no reason not to start.
static void write_number(const char *path, int number) {
  char text[4];
  int length = 0;
  if (number >= 100) text[length++] = (char)('0' + number / 100);
  if (number >= 10) text[length++] = (char)('0' + number / 10 % 10);
  text[length++] = (char)('0' + number % 10);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t ignored = write(file, text, (size_t)length);
  (void)ignored;
  close(file);
}

static void set_out_of_memory_score(int score) {
  if (score > 0) write_number("/proc/self/oom_score_adj", score < 1000 ? score : 999);
}

// Twice: a kernel that groups programs by session shares processor time between the groups first, and the program has
// a session of its own.
static void set_niceness(int niceness) {
  if (niceness <= 0) return;
  if (niceness > 19) niceness = 19;
  setpriority(PRIO_PROCESS, 0, niceness);
  write_number("/proc/self/autogroup", niceness);
}

static int set_descriptors(const wright_spawn_request *request) {
  int count = request->descriptor_count;
  int moved[WRIGHT_SPAWN_DESCRIPTORS];
  // First out of the way, so that no target is a source that is still needed.
  for (int index = 0; index < count; index++) {
    moved[index] = fcntl(request->descriptors[index], F_DUPFD_CLOEXEC, WRIGHT_SPAWN_DESCRIPTORS);
    if (moved[index] < 0) return -1;
  }
  for (int index = 0; index < count; index++) {
    if (dup2(moved[index], index) < 0) return -1;
  }
  return (int)syscall(SYS_close_range, (unsigned)count, ~0u, 0u);
}

static int child_main(void *argument) {
  struct launch *launch = argument;
  const wright_spawn_request *request = launch->request;
  wright_reset_signals();
  // The parent may have died before this call: then nobody would send the signal.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != launch->parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  setsid();
  set_out_of_memory_score(request->out_of_memory_score);
  set_niceness(request->niceness);
  // The limit last: the copies above lie beyond it where it is very small.
  if (set_limits(request) == 0 && set_descriptors(request) == 0 && set_descriptor_limit() == 0 &&
      chdir(request->directory) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0)
    execve(request->executable, request->arguments, request->environment);
  launch->error = errno;
  _exit(127);
}

pid_t wright_start_program(const wright_spawn_request *request, int *pidfd, int *error) {
  // The child's stack. It lives as long as this call, and so does the child until execve.
  char stack[64 * 1024] __attribute__((aligned(16)));
  struct launch launch = {request, getpid(), 0};
  int flags = CLONE_VM | CLONE_VFORK | SIGCHLD | (pidfd ? CLONE_PIDFD : 0);
  pid_t pid = clone(child_main, stack + sizeof stack, flags, &launch, pidfd);
  if (pid < 0) {
    *error = errno;
    return -1;
  }
  if (launch.error == 0) return pid;
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
  }
  if (pidfd) close(*pidfd);
  *error = launch.error;
  return -1;
}

static int spawn_supervised(const wright_spawn_request *request, pid_t *pid, int *pidfd) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return errno;
  pid_t parent = getpid();
  // _Fork runs no handlers of other libraries, which could wait for locks that other threads hold.
  pid_t child = _Fork();
  if (child == 0) wright_supervise(request, parent, report[1]);
  int error = child < 0 ? errno : 0;
  close(report[1]);
  if (child > 0) {
    ssize_t count;
    do count = read(report[0], &error, sizeof error);
    while (count < 0 && errno == EINTR);
    if (count != sizeof error) error = 0;
    *pid = child;
    if (error == 0 && (*pidfd = (int)syscall(SYS_pidfd_open, child, 0)) < 0) {
      error = errno;
      kill(child, SIGTERM);
    }
    if (error != 0) {
      while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
      }
    }
  }
  close(report[0]);
  return error;
}

int wright_spawn(const wright_spawn_request *request, pid_t *pid, int *pidfd) {
  if (request->descriptor_count > WRIGHT_SPAWN_DESCRIPTORS) return EINVAL;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = 0;
  if (request->supervised)
    error = spawn_supervised(request, pid, pidfd);
  else
    *pid = wright_start_program(request, pidfd, &error);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return error;
}

int wright_reap(int pidfd, int keep, int *signalled, int *status) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int result;
  do result = waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | (keep ? WNOWAIT : 0));
  while (result < 0 && errno == EINTR);
  if (result < 0) return -1;
  if (info.si_pid == 0) return 0;
  *signalled = info.si_code != CLD_EXITED;
  *status = info.si_status;
  return 1;
}

int wright_readable_bytes(int descriptor) {
  int count = 0;
  return ioctl(descriptor, FIONREAD, &count) == 0 ? count : 0;
}

int wright_make_pipe(int *ends, int capacity) {
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  // Only this end: programs expect a standard output that blocks.
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    close(ends[0]);
    close(ends[1]);
    return -1;
  }
  // Refused where the user has many pipes already: then it stays at 64 KiB.
  fcntl(ends[0], F_SETPIPE_SZ, capacity);
  return 0;
}

#include "spawn.h"

#include <sys/syscall.h>
#include <time.h>

// A supervisor is a forked copy of this process that does nothing but system calls: after a fork in a process with
// many threads, any lock (malloc's, for one) may be held by a thread that does not exist here.

struct directory_entry {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};

static char *append_text(char *end, const char *text) {
  while (*text) *end++ = *text++;
  *end = 0;
  return end;
}

static char *append_number(char *end, pid_t number) {
  char digits[12];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  while (count > 0) *end++ = digits[--count];
  *end = 0;
  return end;
}

// Appends the numbers in the file `path`, which are separated by spaces.
static int append_listed(const char *path, pid_t *queue, int count, int capacity) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return count;
  char buffer[4096];
  ssize_t length;
  pid_t number = 0;
  while ((length = read(file, buffer, sizeof buffer)) > 0) {
    for (ssize_t index = 0; index < length; index++) {
      if (buffer[index] >= '0' && buffer[index] <= '9') {
        number = number * 10 + (buffer[index] - '0');
      } else {
        if (number > 0 && count < capacity) queue[count++] = number;
        number = 0;
      }
    }
  }
  close(file);
  if (number > 0 && count < capacity) queue[count++] = number;
  return count;
}

// Appends the children of all threads of `pid`.
static int append_children(pid_t pid, pid_t *queue, int count, int capacity) {
  char path[64];
  char *tasks = append_text(append_number(append_text(path, "/proc/"), pid), "/task");
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return count;
  char buffer[4096] __attribute__((aligned(8)));
  long length;
  while ((length = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
    for (long position = 0; position < length;) {
      struct directory_entry *entry = (struct directory_entry *)(buffer + position);
      position += entry->length;
      if (entry->name[0] < '0' || entry->name[0] > '9' || strlen(entry->name) > 10) continue;
      append_text(append_text(append_text(tasks, "/"), entry->name), "/children");
      count = append_listed(path, queue, count, capacity);
    }
  }
  close(folder);
  return count;
}

int wright_signal_descendants(pid_t root, int skip, int signal, pid_t *queue, int capacity) {
  if (capacity < 1) return 0;
  int next = 0, count = 1, generation = 0, generation_end = 1, reached = 0;
  queue[0] = root;
  while (next < count) {
    if (next == generation_end) {
      generation++;
      generation_end = count;
    }
    pid_t pid = queue[next++];
    // Its children first: once it has gone they are somebody else's.
    count = append_children(pid, queue, count, capacity);
    if (generation >= skip && kill(pid, signal) == 0) reached++;
  }
  return reached;
}

struct supervised {
  pid_t program;
  int ended;
  int status;
};

// Frees every child that has ended. Returns how many, or -1 where there is no child left.
static int reap_children(struct supervised *state) {
  int count = 0;
  for (;;) {
    int status;
    pid_t child = waitpid(-1, &status, WNOHANG);
    if (child == 0) return count;
    if (child < 0) return errno == ECHILD ? -1 : count;
    count++;
    if (child != state->program) continue;
    state->ended = 1;
    state->status = status;
  }
}

// Room for a walk over all processes. It costs no memory until it is used.
static pid_t queue[1 << 17];

// Kills until no child is left: every descendant becomes a child of the supervisor when its own parent goes.
// Gives up on what cannot be killed (a set-user-ID program, a process stuck in the kernel) after about two seconds.
static void kill_everything(struct supervised *state) {
  sigset_t ended;
  sigemptyset(&ended);
  sigaddset(&ended, SIGCHLD);
  const struct timespec pause = {0, 2 * 1000 * 1000};
  for (int idle = 0; idle < 1000;) {
    int freed = reap_children(state);
    if (freed < 0) return;
    idle = freed > 0 ? 0 : idle + 1;
    wright_signal_descendants(getpid(), 1, SIGKILL, queue, (int)(sizeof queue / sizeof queue[0]));
    sigtimedwait(&ended, NULL, &pause);
  }
}

// Ends as the program did, so that the parent sees the same status.
static _Noreturn void end_like(const struct supervised *state) {
  if (!state->ended) _exit(255);
  if (WIFEXITED(state->status)) _exit(WEXITSTATUS(state->status));
  sigset_t none;
  sigemptyset(&none);
  kill(getpid(), WTERMSIG(state->status));
  sigprocmask(SIG_SETMASK, &none, NULL);
  _exit(128 + WTERMSIG(state->status));
}

void wright_supervise(const wright_spawn_request *request, pid_t parent, int report) {
  wright_reset_signals();
  setsid();
  // SIGTERM is how it is told to stop, and what it gets when the parent dies. All signals are blocked from before the
  // fork, so none is lost before the loop below.
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) _exit(255);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  prctl(PR_SET_NAME, "wright-super", 0, 0, 0);
  struct supervised state = {0, 0, 0};
  int error = 0;
  state.program = wright_start_program(request, NULL, &error);
  if (state.program < 0) {
    ssize_t ignored = write(report, &error, sizeof error);
    (void)ignored;
    _exit(255);
  }
  // This copy of the parent's memory may hold secrets: nobody may attach to it or read it through /proc.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  syscall(SYS_close_range, 0u, ~0u, 0u);
  // Not to hold a folder that somebody wants to unmount; where it fails, nothing is lost.
  if (chdir("/") != 0) errno = 0;
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  sigaddset(&awaited, SIGTERM);
  while (!state.ended && sigwaitinfo(&awaited, NULL) != SIGTERM) reap_children(&state);
  kill_everything(&state);
  end_like(&state);
}

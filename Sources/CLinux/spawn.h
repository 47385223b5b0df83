// Shared by spawn.c and supervise.c; not for Swift.
#ifndef WRIGHT_SPAWN_H
#define WRIGHT_SPAWN_H

#include "CLinux.h"

/// Starts the program of `request` as a child of the calling thread; returns its pid, or -1 and the error in `error`.
/// `pidfd` may be NULL. Signals must be blocked. Safe after fork.
pid_t wright_start_program(const wright_spawn_request *request, int *pidfd, int *error);

/// Sets every signal to its default action. Safe after fork.
void wright_reset_signals(void);

/// The life of a supervisor: starts the program, waits for it, kills what it left, ends as it ended.
/// A failure to start is written to `report`, which is closed otherwise.
_Noreturn void wright_supervise(const wright_spawn_request *request, pid_t parent, int report);

#endif

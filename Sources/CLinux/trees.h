// Shared by remove.c and give.c; not for Swift.
#ifndef WRIGHT_TREES_H
#define WRIGHT_TREES_H

#include "CLinux.h"

/// Opens the folder `name` of `parent`: no symbolic link, and not on another file system (a mount in a build's folder
/// may be the host's own tree).
int wright_open_subfolder(int parent, const char *name);

/// True for `.` and `..`.
int wright_is_dots(const char *name);

#endif

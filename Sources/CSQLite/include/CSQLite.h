#ifndef WRIGHT_CSQLite_H
#define WRIGHT_CSQLite_H

#include <sqlite3.h>

#endif

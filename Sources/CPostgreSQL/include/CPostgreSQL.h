#ifndef WRIGHT_CPostgreSQL_H
#define WRIGHT_CPostgreSQL_H

#include <postgresql/libpq-fe.h>

#endif

#ifndef WRIGHT_CHiredis_H
#define WRIGHT_CHiredis_H

#include <hiredis/hiredis.h>

#endif

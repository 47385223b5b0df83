#ifndef WRIGHT_CEXPAT_H
#define WRIGHT_CEXPAT_H

#include <expat.h>

#endif

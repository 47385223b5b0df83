#ifndef WRIGHT_CMicrohttpd_H
#define WRIGHT_CMicrohttpd_H

#include <microhttpd.h>

#endif

#ifndef WRIGHT_CWslay_H
#define WRIGHT_CWslay_H

#include <wslay/wslay.h>

#endif

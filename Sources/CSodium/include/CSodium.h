#ifndef WRIGHT_CSodium_H
#define WRIGHT_CSodium_H

#include <sodium.h>

#endif

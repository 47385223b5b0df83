#ifndef WRIGHT_CLibcrypto_H
#define WRIGHT_CLibcrypto_H

#include <openssl/evp.h>

#endif

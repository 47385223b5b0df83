#ifndef WRIGHT_CCurl_H
#define WRIGHT_CCurl_H

#include <curl/curl.h>

#endif

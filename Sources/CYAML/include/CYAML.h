#ifndef WRIGHT_CYAML_H
#define WRIGHT_CYAML_H

#include <yaml.h>

#endif

#ifndef WRIGHT_CWebAssets_H
#define WRIGHT_CWebAssets_H

#include <stddef.h>

/// One file of the web pages, embedded in the executable.
struct wright_web_asset {
  const char *_Nonnull name;
  const unsigned char *_Nonnull bytes;
  size_t size;
};

/// How many files are embedded.
extern const size_t wright_web_asset_count;

/// The file at `index`, valid as long as the program runs; NULL from `wright_web_asset_count` on.
const struct wright_web_asset *_Nullable wright_web_asset_at(size_t index);

#endif

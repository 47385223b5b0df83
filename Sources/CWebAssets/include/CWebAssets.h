#ifndef WRIGHT_CWebAssets_H
#define WRIGHT_CWebAssets_H

#include <stddef.h>

/// One file of the web pages, embedded in the executable.
struct wright_web_asset {
  const char *_Nonnull name;
  const unsigned char *_Nonnull bytes;
  size_t size;
};

/// All embedded files; `wright_web_asset_count` of them.
extern const struct wright_web_asset wright_web_assets[];
extern const size_t wright_web_asset_count;

#endif

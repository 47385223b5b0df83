#ifndef WRIGHT_CGoSources_H
#define WRIGHT_CGoSources_H

#include <stddef.h>

/// One file of Go that generated services are made of, embedded in the executable.
struct wright_go_source {
  /// The path below `sources`.
  const char *_Nonnull name;
  const unsigned char *_Nonnull bytes;
  size_t size;
};

/// How many files are embedded.
extern const size_t wright_go_source_count;

/// The file at `index`, valid as long as the program runs; NULL from `wright_go_source_count` on.
const struct wright_go_source *_Nullable wright_go_source_at(size_t index);

#endif

#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>

/* A hash table from words to counts: open addressing, linear probing, at most three quarters full. */
struct entry {
  char *word;
  unsigned long count;
};

struct table {
  struct entry *slots;
  size_t size; /* a power of two */
  size_t used;
};

/* 0, or -1 with errno. */
int table_init(struct table *table);
/* Counts `word` once more. 0, or -1 with errno. */
int table_add(struct table *table, const char *word);
/* All entries in no order, `used` of them; the caller frees the array, not the entries. */
const struct entry **table_entries(const struct table *table);
void table_free(struct table *table);

#endif

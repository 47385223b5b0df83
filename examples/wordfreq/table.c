#include "table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash(const char *word) {
  uint64_t value = 14695981039346656037u; /* FNV-1a */
  for (; *word; word++) value = (value ^ (unsigned char)*word) * 1099511628211u;
  return value;
}

static struct entry *find(const struct table *table, const char *word) {
  size_t i = hash(word) & (table->size - 1);
  while (table->slots[i].word && strcmp(table->slots[i].word, word) != 0) i = (i + 1) & (table->size - 1);
  return &table->slots[i];
}

int table_init(struct table *table) {
  table->size = 64;
  table->used = 0;
  table->slots = calloc(table->size, sizeof *table->slots);
  return table->slots ? 0 : -1;
}

static int grow(struct table *table) {
  struct table larger = {.size = table->size * 2, .used = table->used};
  larger.slots = calloc(larger.size, sizeof *larger.slots);
  if (!larger.slots) return -1;
  for (size_t i = 0; i < table->size; i++)
    if (table->slots[i].word) *find(&larger, table->slots[i].word) = table->slots[i];
  free(table->slots);
  *table = larger;
  return 0;
}

int table_add(struct table *table, const char *word) {
  if ((table->used + 1) * 4 > table->size * 3 && grow(table) != 0) return -1;
  struct entry *entry = find(table, word);
  if (!entry->word) {
    entry->word = strdup(word);
    if (!entry->word) return -1;
    table->used++;
  }
  entry->count++;
  return 0;
}

const struct entry **table_entries(const struct table *table) {
  const struct entry **entries = malloc((table->used + 1) * sizeof *entries);
  if (!entries) return NULL;
  size_t n = 0;
  for (size_t i = 0; i < table->size; i++)
    if (table->slots[i].word) entries[n++] = &table->slots[i];
  return entries;
}

void table_free(struct table *table) {
  for (size_t i = 0; i < table->size && table->slots; i++) free(table->slots[i].word);
  free(table->slots);
  table->slots = NULL;
}

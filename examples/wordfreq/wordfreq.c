/* wordfreq: counts the words of its input and prints the most frequent ones.
 *
 *   wordfreq [-n COUNT] [FILE...]
 *
 * A word is a run of letters and apostrophes; upper and lower case are the same. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "table.h"

static int count_words(FILE *input, struct table *table) {
  char word[256];
  size_t length = 0;
  int c;
  do {
    c = getc(input);
    if (c != EOF && (isalpha(c) || (c == '\'' && length > 0))) {
      if (length < sizeof word - 1) word[length++] = (char)tolower(c);
    } else if (length > 0) {
      while (length > 0 && word[length - 1] == '\'') length--;
      word[length] = '\0';
      if (table_add(table, word) != 0) return -1;
      length = 0;
    }
  } while (c != EOF);
  return ferror(input) ? -1 : 0;
}

static int by_count(const void *a, const void *b) {
  const struct entry *const *left = a, *const *right = b;
  if ((*left)->count != (*right)->count) return (*left)->count < (*right)->count ? 1 : -1;
  return strcmp((*left)->word, (*right)->word);
}

static int print_most_frequent(const struct table *table, size_t limit) {
  const struct entry **entries = table_entries(table);
  if (!entries) return -1;
  qsort(entries, table->used, sizeof *entries, by_count);
  for (size_t i = 0; i < table->used && i < limit; i++) printf("%7lu %s\n", entries[i]->count, entries[i]->word);
  free(entries);
  return 0;
}

int main(int argc, char **argv) {
  unsigned long limit = 10;
  int option;
  while ((option = getopt(argc, argv, "n:")) != -1) {
    char *end = NULL;
    if (option != 'n' || (limit = strtoul(optarg, &end, 10)) == 0 || *end != '\0') {
      fprintf(stderr, "usage: wordfreq [-n COUNT] [FILE...]\n");
      return 2;
    }
  }

  struct table table;
  int status = table_init(&table);
  for (int i = optind; status == 0 && (i < argc || i == optind); i++) {
    FILE *input = i < argc ? fopen(argv[i], "r") : stdin;
    if (!input) {
      fprintf(stderr, "wordfreq: %s: %s\n", argv[i], strerror(errno));
      table_free(&table);
      return 1;
    }
    status = count_words(input, &table);
    if (input != stdin) fclose(input);
  }
  if (status == 0) status = print_most_frequent(&table, limit);
  if (status != 0) fprintf(stderr, "wordfreq: %s\n", strerror(errno));
  table_free(&table);
  return status == 0 ? 0 : 1;
}

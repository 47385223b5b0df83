#include "CMicrohttpd.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <string.h>
#include <sys/eventfd.h>

// Targets and queries are decoded by us, from the raw bytes; the library's own decoding would be wasted work.
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  return strlen(text);
}

int wright_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

uintptr_t wright_mhd_connection_number(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? 0 : (uintptr_t)info->socket_context;
}

struct MHD_Daemon *wright_mhd_start(const struct wright_mhd_options *o) {
  const unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_TURBO |
                             MHD_ALLOW_UPGRADE;
  // A pool of one is refused by the library: one thread is its mode without a pool.
  struct MHD_OptionItem pool[] = {
      {o->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)o->threads, NULL},
      {MHD_OPTION_END, 0, NULL}};
  return MHD_start_daemon(
      flags, 0, NULL, NULL, o->on_request, o->context,                              //
      MHD_OPTION_LISTEN_SOCKET, o->listen_socket,                                   //
      MHD_OPTION_CONNECTION_LIMIT, o->connection_limit,                             //
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->connection_memory,                     //
      MHD_OPTION_CONNECTION_TIMEOUT, o->idle_timeout_seconds,                       //
      MHD_OPTION_NOTIFY_CONNECTION, o->on_connection, o->context,                   //
      MHD_OPTION_URI_LOG_CALLBACK, o->on_target, o->context,                        //
      MHD_OPTION_NOTIFY_COMPLETED, o->on_completed, o->context,                     //
      MHD_OPTION_UNESCAPE_CALLBACK, &leave_escaped, NULL, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

struct reader {
  struct wright_mhd_field *fields;
  size_t capacity;
  size_t count;
  const char *expected;
  int contiguous;
};

// A line ends in CR LF or in LF alone; the library has overwritten both by NUL.
static int follows(const char *next, const char *end) { return next == end + 1 || next == end + 2; }

static enum MHD_Result read_field(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                  const char *value, size_t value_size) {
  (void)kind;
  struct reader *reader = context;
  if (reader->contiguous && !follows(name, reader->expected)) reader->contiguous = 0;
  // Between a name and its value lie the colon and blanks, all on the same line.
  if (value == NULL || value < name + name_size + 1) reader->contiguous = 0;
  reader->expected = value == NULL ? name + name_size : value + value_size;
  if (reader->count < reader->capacity) {
    reader->fields[reader->count] =
        (struct wright_mhd_field){name, name_size, value == NULL ? "" : value, value_size};
  }
  reader->count++;
  return MHD_YES;
}

struct wright_mhd_head wright_mhd_read_head(struct MHD_Connection *connection, const char *method, const char *version,
                                            struct wright_mhd_field *fields, size_t capacity) {
  struct reader reader = {fields, capacity, 0, version + strlen(version), 1};
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &read_field, &reader);
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  struct wright_mhd_head head = {info == NULL ? 0 : info->header_size, reader.count, reader.contiguous};
  // After the last field: its line's end and an empty line.
  const char *end = method + head.size;
  if (end < reader.expected + 2 || end > reader.expected + 4) head.is_contiguous = 0;
  return head;
}

int wright_mhd_target_is_whole(const char *target) {
  // The library calls us only after it has found a version of eight bytes after the target's NUL.
  return memcmp(target + strlen(target) + 1, "HTTP/1.", 7) == 0;
}

int wright_mhd_peer(struct MHD_Connection *connection, char *buffer, size_t size) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == NULL || info->client_addr == NULL) return -1;
  const struct sockaddr *address = info->client_addr;
  const void *raw;
  if (address->sa_family == AF_INET) {
    raw = &((const struct sockaddr_in *)address)->sin_addr;
  } else if (address->sa_family == AF_INET6) {
    raw = &((const struct sockaddr_in6 *)address)->sin6_addr;
  } else {
    return -1;
  }
  return inet_ntop(address->sa_family, raw, buffer, (socklen_t)size) == NULL ? -1 : 0;
}

int wright_mhd_peer_has_ended(struct MHD_Connection *connection) {
  char byte;
  return recv(wright_mhd_socket(connection), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void wright_shut(int socket) { shutdown(socket, SHUT_RDWR); }

void wright_mhd_shut(struct MHD_Connection *connection) {
  wright_shut(wright_mhd_socket(connection));
}

void wright_mhd_set_unchunked(struct MHD_Response *response) {
  MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
}

void wright_send_at_once(int socket) {
  const int one = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

void wright_mhd_close_upgraded(struct MHD_UpgradeResponseHandle *handle) {
  MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

static int listen_on(const struct addrinfo *address) {
  int raw = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
  if (raw < 0) return -1;
  const int one = 1;
  // Accepted sockets inherit TCP_NODELAY from the listening one.
  if (setsockopt(raw, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
      setsockopt(raw, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0 &&
      bind(raw, address->ai_addr, address->ai_addrlen) == 0 && listen(raw, 4096) == 0) {
    return raw;
  }
  const int code = errno;
  close(raw);
  errno = code;
  return -1;
}

int wright_listen(const char *host, const char *port, int *resolution) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *list = NULL;
  *resolution = getaddrinfo(host, port, &hints, &list);
  if (*resolution != 0) return -2;
  int raw = -1;
  int code = EADDRNOTAVAIL;
  for (const struct addrinfo *address = list; address != NULL && raw < 0; address = address->ai_next) {
    raw = listen_on(address);
    if (raw < 0) code = errno;
  }
  freeaddrinfo(list);
  errno = code;
  return raw;
}

int wright_local_port(int raw) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  if (getsockname(raw, (struct sockaddr *)&address, &size) != 0) return -1;
  if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
  if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
  return -1;
}

int wright_mhd_stop_listening(int socket) {
  int silent = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (silent < 0) return -1;
  int result = dup3(silent, socket, O_CLOEXEC);
  close(silent);
  return result < 0 ? -1 : 0;
}

uint64_t wright_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

void wright_give_memory_back(void) { malloc_trim(0); }

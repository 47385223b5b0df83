#ifndef WRIGHT_CMicrohttpd_H
#define WRIGHT_CMicrohttpd_H

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/// What `wright_mhd_start` needs. Swift cannot call the variadic function of the library.
struct wright_mhd_options {
  int listen_socket;
  unsigned int threads;
  unsigned int connection_limit;
  unsigned int idle_timeout_seconds;
  size_t connection_memory;
  /// Called once the request line is complete; what it returns is the context of the request.
  void *_Nullable (*_Nonnull on_target)(void *_Nullable context, const char *_Nonnull target,
                                        struct MHD_Connection *_Nonnull connection);
  /// The access handler.
  enum MHD_Result (*_Nonnull on_request)(void *_Nullable context, struct MHD_Connection *_Nonnull connection,
                                         const char *_Nonnull url, const char *_Nonnull method,
                                         const char *_Nonnull version, const char *_Nullable upload,
                                         size_t *_Nonnull upload_size, void *_Nullable *_Nonnull request);
  /// Called when the request is over, however it ended.
  void (*_Nonnull on_completed)(void *_Nullable context, struct MHD_Connection *_Nonnull connection,
                                void *_Nullable *_Nonnull request, enum MHD_RequestTerminationCode reason);
  /// Called when a connection begins, and sets its number; and when it is about to be closed, while its descriptor is
  /// still its own.
  void (*_Nonnull on_connection)(void *_Nullable context, struct MHD_Connection *_Nonnull connection,
                                 void *_Nullable *_Nonnull number, enum MHD_ConnectionNotificationCode code);
  void *_Nullable context;
};

/// Starts an epoll thread pool on the listening socket, which the daemon then owns. NULL where the library refuses.
struct MHD_Daemon *_Nullable wright_mhd_start(const struct wright_mhd_options *_Nonnull options);

/// Closes the socket on which a running daemon listens; its descriptor becomes that of something which is never
/// readable, and the daemon closes it when it stops. 0, or -1 with errno, and it listens as before.
///
/// For `MHD_quiesce_daemon`, which in a pool of epoll threads races against them, so that one of the two finds the
/// socket gone from an epoll set and ends the process ("Failed to remove listen FD from epoll set", 0.9.75).
int wright_mhd_stop_listening(int socket);

/// One field of a request's head; the bytes live as long as the request.
struct wright_mhd_field {
  const char *_Nonnull name;
  size_t name_size;
  const char *_Nonnull value;
  size_t value_size;
};

/// The head of a request as the library holds it.
struct wright_mhd_head {
  size_t size;
  size_t field_count;
  /// False where the bytes are not exactly one field a line: NUL bytes, which the library takes for ends, or folded
  /// lines, which it stitches together.
  int is_contiguous;
};

/// Reads up to `capacity` header fields. `field_count` tells how many there are, which may be more.
struct wright_mhd_head wright_mhd_read_head(struct MHD_Connection *_Nonnull connection, const char *_Nonnull method,
                                            const char *_Nonnull version, struct wright_mhd_field *_Nonnull fields,
                                            size_t capacity);

/// False where the target, as the library cut it off, is not followed by the version: then it holds a NUL byte.
int wright_mhd_target_is_whole(const char *_Nonnull target);

/// The connection's descriptor; -1 where there is none.
int wright_mhd_socket(struct MHD_Connection *_Nonnull connection);

/// The number that `on_connection` has set; 0 where there is none.
uintptr_t wright_mhd_connection_number(struct MHD_Connection *_Nonnull connection);

/// Writes the numeric address of the peer, without its port, and a final NUL. 0, or -1 where there is none.
int wright_mhd_peer(struct MHD_Connection *_Nonnull connection, char *_Nonnull buffer, size_t size);

/// True where the peer will send nothing more and all it sent was read. The library may not notice by itself: it takes
/// a short read for an empty socket, and with epoll's edges the end that arrived with the last bytes is not told again.
int wright_mhd_peer_has_ended(struct MHD_Connection *_Nonnull connection);

/// Ends a connection in both directions, whoever waits for it.
void wright_shut(int socket);

/// Ends the connection in both directions: the peer gets what was sent before, and the library's next write fails.
void wright_mhd_shut(struct MHD_Connection *_Nonnull connection);

/// Answers without chunks and closes the connection afterwards.
void wright_mhd_set_unchunked(struct MHD_Response *_Nonnull response);

/// Sends what is written at once. The library has switched that off where a connection leaves HTTP.
void wright_send_at_once(int socket);

/// Ends a connection that has left HTTP. Swift cannot call the variadic function of the library.
void wright_mhd_close_upgraded(struct MHD_UpgradeResponseHandle *_Nonnull handle);

/// Opens a socket that listens on the address. Returns it, or -1 with errno, or -2 with `*resolution` set to an error
/// of getaddrinfo.
int wright_listen(const char *_Nonnull host, const char *_Nonnull port, int *_Nonnull resolution);

/// The port that a socket is bound to, or -1.
int wright_local_port(int socket);

/// Raises the soft limit of open descriptors to the hard one and returns it.
uint64_t wright_raise_descriptor_limit(void);

/// Returns freed memory of the whole process to the system: malloc_trim(3). Swift does not see malloc.h.
void wright_give_memory_back(void);

#endif

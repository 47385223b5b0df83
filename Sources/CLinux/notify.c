#include "CLinux.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

int wright_send_datagram(const char *path, const char *text) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length < 2 || length >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address.sun_path, path, length);
  // A name that is in no folder begins with NUL, which is written as '@'.
  if (address.sun_path[0] == '@') address.sun_path[0] = 0;
  int socket_descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_descriptor < 0) return -1;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  ssize_t sent = sendto(socket_descriptor, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
  int saved = errno;
  close(socket_descriptor);
  errno = saved;
  return sent < 0 ? -1 : 0;
}

#ifndef WRIGHT_CCurl_H
#define WRIGHT_CCurl_H

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

/// A transfer as `wright_curl_prepare` sets it up; Swift cannot call the variadic functions of the library. All text
/// is copied by the library, `headers` is not: it must live as long as the transfer.
struct wright_curl_options {
  const char *_Nonnull url;
  const char *_Nonnull method;
  const struct curl_slist *_Nullable headers;
  /// A Unix socket to speak HTTP over instead of TCP.
  const char *_Nullable unix_socket;
  /// PEM file of authorities to trust instead of the system's.
  const char *_Nullable ca_file;
  long connect_timeout_ms;
  /// 0 for none.
  long timeout_ms;
  /// A transfer that stands still for so long has failed; 0 for none.
  long stall_seconds;
  /// Bytes that `on_send` will give; `wright_curl_no_body` for a request without a body, `wright_curl_unknown_size` where
  /// only `on_send` knows.
  int64_t body_size;
  /// `aws:amz:<region>:<service>` where the request is signed (AWS signature version 4), with `user` and `password`, or NULL.
  const char *_Nullable aws_signature;
  /// The access key, which may hold a colon.
  const char *_Nullable user;
  /// Its secret.
  const char *_Nullable password;
  /// Non-zero where the answer has no body (HEAD).
  int no_body;
  /// Non-zero to go straight to the host, whatever `http_proxy` says.
  int no_proxy;
  void *_Nonnull context;
  size_t (*_Nonnull on_header)(char *_Nonnull bytes, size_t size, size_t count, void *_Nullable context);
  size_t (*_Nonnull on_receive)(char *_Nonnull bytes, size_t size, size_t count, void *_Nullable context);
  size_t (*_Nonnull on_send)(char *_Nonnull bytes, size_t size, size_t count, void *_Nullable context);
  int (*_Nonnull on_seek)(void *_Nullable context, curl_off_t offset, int origin);
  /// CURL_ERROR_SIZE bytes that live as long as the transfer.
  char *_Nonnull error_buffer;
};

/// A handle set up for one transfer. NULL without memory or where the library refuses an option.
CURL *_Nullable wright_curl_prepare(const struct wright_curl_options *_Nonnull options);

/// The system's error number of a failed connection, or 0.
long wright_curl_system_error(CURL *_Nonnull handle);

/// A finished transfer: its handle and result. False where none is left.
int wright_curl_next_finished(CURLM *_Nonnull multi, CURL *_Nullable *_Nonnull handle, CURLcode *_Nonnull result);

/// Limits on connections that are kept open.
void wright_curl_multi_configure(CURLM *_Nonnull multi, long kept_connections);

/// The host and port of a URL. 0, or an error of curl_url. Free both with `curl_free`.
int wright_curl_host(const char *_Nonnull url, char *_Nullable *_Nonnull host, char *_Nullable *_Nonnull port);

/// Connects to a URL's server, TLS included, and sends nothing: bytes go by `curl_easy_send` and `curl_easy_recv`, which do
/// not wait, and `socket` says when to try again. NULL where that fails, with the reason in `error_buffer`. Blocks.
CURL *_Nullable wright_curl_connect(
    const char *_Nonnull url, const char *_Nullable ca_file, long timeout_ms, int no_proxy, char *_Nonnull error_buffer,
    curl_socket_t *_Nonnull socket);

extern const size_t wright_curl_pause_receive;
extern const size_t wright_curl_abort_send;
extern const size_t wright_curl_pause_send;
extern const int64_t wright_curl_no_body;
extern const int64_t wright_curl_unknown_size;

#endif

#include "CCurl.h"

const size_t wright_curl_pause_receive = CURL_WRITEFUNC_PAUSE;
const size_t wright_curl_abort_send = CURL_READFUNC_ABORT;
const size_t wright_curl_pause_send = CURL_READFUNC_PAUSE;
const int64_t wright_curl_no_body = -1;
const int64_t wright_curl_unknown_size = -2;

#define SET(option, value) \
  if (curl_easy_setopt(handle, option, value) != CURLE_OK) return 0

static int set_request(CURL *handle, const struct wright_curl_options *o) {
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
  SET(CURLOPT_URL, o->url);
  if (o->no_body) SET(CURLOPT_NOBODY, 1L);
  if (o->body_size != wright_curl_no_body) {
    SET(CURLOPT_UPLOAD, 1L);
    // -1 is unknown to the library, which sends the body in chunks then.
    SET(CURLOPT_INFILESIZE_LARGE, o->body_size >= 0 ? (curl_off_t)o->body_size : (curl_off_t)-1);
    SET(CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
  }
  SET(CURLOPT_CUSTOMREQUEST, o->method);
  SET(CURLOPT_HTTPHEADER, o->headers);
  if (o->aws_signature) SET(CURLOPT_AWS_SIGV4, o->aws_signature);
  if (o->user) SET(CURLOPT_USERNAME, o->user);
  if (o->password) SET(CURLOPT_PASSWORD, o->password);
  return 1;
}

static int set_connection(CURL *handle, const struct wright_curl_options *o) {
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  SET(CURLOPT_CONNECTTIMEOUT_MS, o->connect_timeout_ms);
  SET(CURLOPT_TIMEOUT_MS, o->timeout_ms);
  if (o->stall_seconds > 0) {
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, o->stall_seconds);
  }
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  SET(CURLOPT_BUFFERSIZE, 128L * 1024);
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (o->no_proxy) SET(CURLOPT_PROXY, "");
  if (o->ca_file) SET(CURLOPT_CAINFO, o->ca_file);
  if (o->unix_socket) SET(CURLOPT_UNIX_SOCKET_PATH, o->unix_socket);
  return 1;
}

static int set_callbacks(CURL *handle, const struct wright_curl_options *o) {
  SET(CURLOPT_ERRORBUFFER, o->error_buffer);
  SET(CURLOPT_HEADERFUNCTION, o->on_header);
  SET(CURLOPT_HEADERDATA, o->context);
  SET(CURLOPT_WRITEFUNCTION, o->on_receive);
  SET(CURLOPT_WRITEDATA, o->context);
  SET(CURLOPT_READFUNCTION, o->on_send);
  SET(CURLOPT_READDATA, o->context);
  SET(CURLOPT_SEEKFUNCTION, o->on_seek);
  SET(CURLOPT_SEEKDATA, o->context);
  return 1;
}

CURL *wright_curl_prepare(const struct wright_curl_options *o) {
  CURL *handle = curl_easy_init();
  if (handle == NULL) return NULL;
  if (set_request(handle, o) && set_connection(handle, o) && set_callbacks(handle, o)) return handle;
  curl_easy_cleanup(handle);
  return NULL;
}

long wright_curl_system_error(CURL *handle) {
  long code = 0;
  return curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &code) == CURLE_OK ? code : 0;
}

int wright_curl_next_finished(CURLM *multi, CURL **handle, CURLcode *result) {
  for (;;) {
    int left;
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    if (message == NULL) return 0;
    if (message->msg != CURLMSG_DONE) continue;
    *handle = message->easy_handle;
    *result = message->data.result;
    return 1;
  }
}

void wright_curl_multi_configure(CURLM *multi, long kept_connections) {
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kept_connections);
}

int wright_curl_host(const char *url, char **host, char **port) {
  CURLU *parsed = curl_url();
  if (parsed == NULL) return CURLUE_OUT_OF_MEMORY;
  CURLUcode code = curl_url_set(parsed, CURLUPART_URL, url, 0);
  if (code == CURLUE_OK) code = curl_url_get(parsed, CURLUPART_HOST, host, 0);
  if (code == CURLUE_OK) code = curl_url_get(parsed, CURLUPART_PORT, port, CURLU_DEFAULT_PORT);
  curl_url_cleanup(parsed);
  return (int)code;
}

CURL *wright_curl_connect(
    const char *url, const char *ca_file, long timeout_ms, int no_proxy, char *error_buffer, curl_socket_t *socket) {
  CURL *handle = curl_easy_init();
  if (handle == NULL) return NULL;
  if (ca_file) curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file);
  if (no_proxy) curl_easy_setopt(handle, CURLOPT_PROXY, "");
  if (curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_URL, url) == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error_buffer) == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms) == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK && curl_easy_perform(handle) == CURLE_OK &&
      curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, socket) == CURLE_OK && *socket != CURL_SOCKET_BAD) {
    return handle;
  }
  curl_easy_cleanup(handle);
  return NULL;
}

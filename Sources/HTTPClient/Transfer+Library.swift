internal import CCurl
internal import Glibc

/// The library's view of a transfer. All of it runs on the loop's thread.
extension Transfer {
  func unpause() {
    if let handle { curl_easy_pause(handle, CURLPAUSE_CONT) }
  }

  func release() {
    if let handle { curl_easy_cleanup(handle) }
    curl_slist_free_all(headerList)
    errorText?.deallocate()
    handle = nil
    headerList = nil
    errorText = nil
  }

  /// Sets up the library's handle; nil where it refuses.
  func prepare() -> UnsafeMutableRawPointer? {
    for line in request.headerLines {
      guard let longer = curl_slist_append(headerList, line) else { return nil }
      headerList = longer
    }
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    text.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    errorText = text
    handle = withOptions(errorBuffer: text) { wright_curl_prepare(&$0) }
    if handle == nil { release() }
    return handle
  }

  private func withOptions<R>(
    errorBuffer: UnsafeMutablePointer<CChar>, _ body: (inout wright_curl_options) -> R
  ) -> R {
    let configuration = request.configuration
    return request.url.withCString { url in
      request.method.withCString { method in
        let texts = [
          configuration.unixSocket, configuration.authorities, configuration.signing?.scope,
          configuration.signing?.user, configuration.signing?.password,
        ]
        return withOptionalCStrings(texts[...]) { texts in
          // The loop keeps the transfer alive for as long as the handle is in use.
          var options = wright_curl_options(
            url: url, method: method, headers: headerList, unix_socket: texts[0], ca_file: texts[1],
            connect_timeout_ms: Self.milliseconds(configuration.connectTimeout),
            timeout_ms: configuration.timeout.map(Self.milliseconds) ?? 0,
            stall_seconds: configuration.stallTimeout.map { max(1, Self.milliseconds($0) / 1000) } ?? 0,
            body_size: request.bodySize,
            aws_signature: texts[2], user: texts[3], password: texts[4], no_body: request.method == "HEAD" ? 1 : 0,
            no_proxy: request.skipsProxy ? 1 : 0, context: Unmanaged.passUnretained(self).toOpaque(),
            on_header: headerCallback, on_receive: receiveCallback, on_send: sendCallback, on_seek: seekCallback,
            error_buffer: errorBuffer)
          return body(&options)
        }
      }
    }
  }

  private static func milliseconds(_ duration: Duration) -> Int {
    Int(min(max(duration / .milliseconds(1), 1), 1e12))
  }

  func send(into target: UnsafeMutableRawBufferPointer) -> Int {
    switch upload.read(into: target) {
    case .bytes(let count): count
    case .notYet: wright_curl_pause_send
    case .failed: wright_curl_abort_send
    }
  }

  func seek(to offset: Int64) -> Bool { upload.seek(to: offset) }

  /// An error of this transfer in the caller's terms.
  func error(for code: CURLcode) -> HTTPClientError {
    let system = handle.map { Int32(truncatingIfNeeded: wright_curl_system_error($0)) } ?? 0
    let words = errorText.map { String(cString: $0) } ?? ""
    let reason = words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
    switch code {
    case CURLE_COULDNT_CONNECT where system != 0:
      return error(.unreachable, String(cString: strerror(system)).lowercased())
    case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      return error(.unreachable, reason)
    case CURLE_OPERATION_TIMEDOUT: return error(.timedOut, reason)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
      return error(.untrusted, reason)
    case CURLE_ABORTED_BY_CALLBACK, CURLE_READ_ERROR: return error(.invalidRequest, "its body cannot be read")
    default: return error(.broken, reason)
    }
  }

  func error(_ kind: HTTPClientError.Kind, _ reason: String) -> HTTPClientError {
    HTTPClientError(kind: kind, host: request.host, reason: reason)
  }
}

private func withOptionalCStrings<R>(
  _ texts: ArraySlice<String?>, _ pointers: [UnsafePointer<CChar>?] = [], _ body: ([UnsafePointer<CChar>?]) -> R
) -> R {
  guard let first = texts.first else { return body(pointers) }
  guard let text = first else { return withOptionalCStrings(texts.dropFirst(), pointers + [nil], body) }
  return text.withCString { withOptionalCStrings(texts.dropFirst(), pointers + [$0], body) }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
  context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private func buffer(_ start: UnsafeMutablePointer<CChar>, _ count: Int) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
}

private func headerCallback(
  _ bytes: UnsafeMutablePointer<CChar>, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  transfer(context)?.onHeader(buffer(bytes, size * count))
  return size * count
}

private func receiveCallback(
  _ bytes: UnsafeMutablePointer<CChar>, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  transfer(context)?.onReceive(buffer(bytes, size * count)) ?? 0
}

private func sendCallback(
  _ bytes: UnsafeMutablePointer<CChar>, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  transfer(context)?.send(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    ?? wright_curl_abort_send
}

private func seekCallback(_ context: UnsafeMutableRawPointer?, _ offset: Int, _ origin: Int32) -> Int32 {
  origin == SEEK_SET && transfer(context)?.seek(to: Int64(offset)) == true ? 0 : 1
}

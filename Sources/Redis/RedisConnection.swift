internal import CHiredis
internal import Glibc

/// Why a Redis server did not do what was asked.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The library's or the server's own words.
  public var message: String
  /// The message.
  public var description: String { message }

  init(_ message: String) { self.message = message }
}

/// A connection to a Redis server. It blocks, so it belongs on a thread of its own; not to be shared by threads.
/// https://github.com/redis/hiredis
public struct RedisConnection: ~Copyable {
  private let context: UnsafeMutablePointer<redisContext>

  /// Connects; the connection and every answer have `timeout`.
  public init(host: String, port: Int32, timeout: Duration = .seconds(5)) throws(RedisError) {
    let limit = timeval(tv_sec: Int(max(1, timeout.components.seconds)), tv_usec: 0)
    guard let context = redisConnectWithTimeout(host, port, limit) else {
      throw RedisError("there is no memory for a connection")
    }
    guard context.pointee.err == 0, redisSetTimeout(context, limit) == REDIS_OK else {
      let message = Self.message(of: context)
      redisFree(context)
      throw RedisError(message)
    }
    self.context = context
  }

  deinit { redisFree(context) }

  /// Sends a command and returns its answer where that is a text; throws what the server refuses.
  @discardableResult
  public func send(_ words: String...) throws(RedisError) -> String {
    var pointers = words.map { UnsafePointer<CChar>(strdup($0)) }
    var lengths = words.map(\.utf8.count)
    let answer = redisCommandArgv(context, Int32(clamping: words.count), &pointers, &lengths)
    for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) }
    guard let answer else { throw RedisError(Self.message(of: context)) }
    defer { freeReplyObject(answer) }
    let reply = answer.assumingMemoryBound(to: redisReply.self).pointee
    let text =
      reply.str.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: reply.len), as: UTF8.self) } ?? ""
    if reply.type == REDIS_REPLY_ERROR { throw RedisError(text) }
    return text
  }

  private static func message(of context: UnsafeMutablePointer<redisContext>) -> String {
    withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

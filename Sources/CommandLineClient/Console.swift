internal import Glibc

/// Where a command writes, and what it may read from its surroundings.
public struct Console: Sendable {
  private let writeOutput: @Sendable ([UInt8]) throws -> Void
  private let writeError: @Sendable ([UInt8]) throws -> Void
  /// The environment.
  public var environment: [String: String]
  /// True where standard output is a terminal.
  public var outputIsTerminal: Bool
  /// True where standard error is a terminal.
  public var errorIsTerminal: Bool
  /// Columns of the terminal.
  public var width: Int
  /// True where INT and TERM end a command: the process catches them, and nobody else waits for them.
  public var endsOnSignals = false

  /// A console with these ends; made for tests.
  public init(
    environment: [String: String], outputIsTerminal: Bool = false, errorIsTerminal: Bool = false, width: Int = 80,
    output: @escaping @Sendable ([UInt8]) throws -> Void, error: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.environment = environment
    self.outputIsTerminal = outputIsTerminal
    self.errorIsTerminal = errorIsTerminal
    self.width = width
    writeOutput = output
    writeError = error
  }

  /// The process's own standard output, standard error and environment.
  public static func standard(environment: [String: String]) -> Console {
    var console = Console(
      environment: environment, outputIsTerminal: isatty(1) == 1, errorIsTerminal: isatty(2) == 1,
      width: terminalWidth(), output: { try writeAll($0, to: 1) }, error: { try writeAll($0, to: 2) })
    console.endsOnSignals = true
    return console
  }

  /// How to write on standard output: with colours only on a terminal, and not with `NO_COLOR` or `TERM=dumb`.
  public var style: Style { Style(isColoured: outputIsTerminal && allowsColour) }
  /// The same for standard error.
  public var errorStyle: Style { Style(isColoured: errorIsTerminal && allowsColour) }

  private var allowsColour: Bool { (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb" }

  /// The same without standard output.
  var muted: Console {
    Console(
      environment: environment, outputIsTerminal: false, errorIsTerminal: errorIsTerminal, width: width,
      output: { _ in }, error: writeError)
  }

  /// Writes to standard output. Throws `OutputClosed` where nobody reads it any more.
  public func output(_ bytes: [UInt8]) throws { try writeOutput(bytes) }
  /// Writes to standard output.
  public func output(_ text: String) throws { try writeOutput(Array(text.utf8)) }
  /// Writes to standard error.
  public func error(_ text: String) throws { try writeError(Array(text.utf8)) }

  /// Shows how far long work is, on a terminal only; the next call overwrites it.
  public func progress(_ text: String) throws {
    if errorIsTerminal { try error("\r\u{1B}[K" + String(text.prefix(max(10, width - 1)))) }
  }

  /// Removes what `progress` showed.
  public func endProgress() throws {
    if errorIsTerminal { try error("\r\u{1B}[K") }
  }

  private static func terminalWidth() -> Int {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Blocks while the reader is slow: a command has nothing else to do then.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        if count > 0 {
          done += count
          continue
        }
        switch errno {
        case EINTR: continue
        case EPIPE: throw OutputClosed()
        case EAGAIN:
          // The terminal was made non-blocking by somebody who shares it.
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&wait, 1, -1)
        default: throw CommandFailure("cannot write the output: \(String(cString: strerror(errno)))")
        }
      }
    }
  }
}

/// Nobody reads the output any more: `wright logs 1 | head`. The program ends without a word.
public struct OutputClosed: Error, Sendable {
  /// The error.
  public init() {}
}

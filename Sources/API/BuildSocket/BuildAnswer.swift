internal import Model
internal import Routing
internal import WebSocket

/// What the WebSocket says; the texts, spelling included, are what clients of the Iglu builder know.
enum BuildAnswer: Sendable, Hashable {
  case tooManyConnections
  case started
  case output(String)
  case invalidJSON
  case invalidSchema
  case invalidCommand(String)
  case failed(exitCode: Int64)
  case succeeded
  /// What clients of the Iglu builder cannot meet: the server's own refusal, as a sentence.
  case refused(String)

  /// How the connection ends after it; nil where it goes on.
  var closeCode: WebSocketCloseCode? {
    switch self {
    case .started, .output: nil
    case .succeeded: .normal
    case .invalidJSON, .invalidSchema, .invalidCommand: .invalidData
    case .tooManyConnections, .failed, .refused: .serverError
    }
  }

  /// The message.
  func json(at time: Timestamp) -> String {
    var writer = JSONWriter(capacity: 160)
    writer.beginObject()
    writeText(&writer)
    if let exitCode { writer.field("buildExitCode", exitCode) }
    writer.field("jobStatus", status)
    writer.field("timestamp", time.milliseconds)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func writeText(_ writer: inout JSONWriter) {
    switch self {
    case .started: writer.field("msg", "Start Building")
    case .succeeded: writer.field("msg", "Build was successfull")
    case .output(let line): writer.field("stdout", line)
    case .tooManyConnections: writer.field("error", "A build job is already running.")
    case .invalidJSON: writer.field("error", "Not a valid JSON")
    case .invalidSchema: writer.field("error", "JSON schema is not valid.")
    case .invalidCommand(let command): writer.field("error", "Invalid command: '\(command)'")
    case .refused(let sentence): writer.field("error", sentence)
    case .failed(let code):
      writer.field("error", "Something went wrong while building. Builder exited with error code \(code)")
    }
  }

  private var exitCode: Int64? {
    switch self {
    case .invalidCommand: 2
    case .failed(let code): code
    case .succeeded: 0
    default: nil
    }
  }

  private var status: String {
    switch self {
    case .started: "starting"
    case .output, .tooManyConnections: "running"
    case .succeeded: "success"
    case .invalidJSON, .invalidSchema, .invalidCommand, .failed, .refused: "failed"
    }
  }
}

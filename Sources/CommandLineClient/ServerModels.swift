internal import Model

/// A build as the server describes it; only what commands show. Unknown fields are left for `--json`.
struct BuildDocument: Decodable, Sendable {
  struct TriggerDocument: Decodable, Sendable {
    var type: String
    var comment: String?
  }
  struct JobDocument: Decodable, Sendable {
    var id: Int64
    var stage: String
    var name: String
    var status: String
    var exit_code: Int32?
    var started_at: Timestamp?
    var finished_at: Timestamp?
    var log_size: Int64?
  }

  var id: Int64
  var number: Int64?
  var kind: String?
  var status: String
  var namespace: String?
  var trigger: TriggerDocument?
  var tags: [String]?
  var pinned: Bool?
  var commit: String?
  var reason: String?
  var waiting_for: String?
  var created_at: Timestamp
  var started_at: Timestamp?
  var finished_at: Timestamp?
  var errors: Int64?
  var warnings: Int64?
  var new_errors: Int64?
  var new_warnings: Int64?
  var tests: TestCounts?
  var jobs: [JobDocument]?

  /// The status; one that a newer server has is taken for a build under way.
  var state: Status { Status(rawValue: status) ?? .running }
}

extension BuildDocument.JobDocument {
  var state: Status { Status(rawValue: status) ?? .running }
  var duration: Duration? {
    guard let started_at, let finished_at else { return nil }
    return finished_at - started_at
  }
  /// `stage/name`, as `--job` takes it.
  var path: String { "\(stage)/\(name)" }
}

extension BuildDocument {
  var duration: Duration? {
    guard let started_at, let finished_at else { return nil }
    return finished_at - started_at
  }
}

extension BuildDocument {
  /// How much was found in its logs and reports.
  var found: ResultCounts {
    ResultCounts(messages: MessageCounts(errors: errors ?? 0, warnings: warnings ?? 0), tests: tests)
  }
}

/// A compiler's message as the server describes it.
struct MessageDocument: Decodable, Sendable {
  var severity: String
  var file: String
  var line: Int64?
  var column: Int64?
  var text: String
  var option: String?
  var new: Bool?

  /// As the compiler printed it: `a.c:3:4: error: text [-Wx]`.
  var words: String {
    let place = file + (line.map { ":\($0)" } ?? "") + (line == nil ? "" : column.map { ":\($0)" } ?? "")
    return "\(place): \(severity): \(text)\(option.map { " [\($0)]" } ?? "")\(new == true ? " (new)" : "")"
  }
}

/// A test as the server describes it.
struct TestDocument: Decodable, Sendable {
  var suite: String
  var name: String
  var status: String
  var message: String?

  /// The suite, the name, and the first line of why it did not hold.
  var words: String {
    let reason = message?.split(separator: "\n").first.map { ": \($0)" } ?? ""
    return (suite.isEmpty ? name : "\(suite) / \(name)") + reason
  }
}

/// An artifact as the server describes it.
struct ArtifactDocument: Decodable, Sendable {
  var name: String
  var source: String?
  var job: JobReference?
  var size: Int64
  var sha256: String
  var kind: String?
  var architecture: String?
  /// Octal.
  var mode: String?

  /// True where the file that it was may be run.
  var isExecutable: Bool { mode.flatMap { UInt32($0, radix: 8) }.map { $0 & 0o111 != 0 } ?? false }
  /// `executable, x86_64`; empty for what is no part of a program.
  var description: String {
    // A kind that a newer server knows is shown as it calls it.
    let title = kind.map { FileKind(rawValue: $0)?.title ?? $0 }
    return [title, architecture].compactMap { $0 }.joined(separator: ", ")
  }

  /// The job by name or by number, whichever the server gives.
  enum JobReference: Decodable, Sendable {
    case name(String)
    case number(Int64)
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int64.self) {
        self = .number(number)
      } else {
        self = .name(try container.decode(String.self))
      }
    }
  }
}

/// An API token as the server describes it.
struct TokenDocument: Decodable, Sendable {
  var id: Int64
  var token: String?
  var kind: String?
  var comment: String?
  var created_at: Timestamp?
}

/// An error as the server describes it (RFC 9457).
struct ProblemDocument: Decodable, Sendable {
  struct Field: Decodable, Sendable {
    var pointer: String?
    var line: Int?
    var column: Int?
    var detail: String
  }
  var title: String?
  var detail: String?
  var errors: [Field]?
}

/// What a build is submitted with.
struct SubmissionDocument: Encodable, Sendable {
  var manifest: String?
  var url: String?
  var ref: String?
  var comment: String
  var tags: [String]
}

/// A test that a report tells of.
public struct TestCase: Codable, Sendable, Hashable {
  /// How it ended.
  public enum Status: String, Codable, Sendable, CaseIterable {
    /// It holds.
    case passed
    /// It does not.
    case failed
    /// It could not be carried out.
    case error
    /// It was left out.
    case skipped
  }
  /// What it belongs to: a class, a file, a suite; may be empty.
  public var suite: String
  /// Its name.
  public var name: String
  /// How it ended.
  public var status: Status
  /// How long it took, in microseconds, where the report says so.
  public var durationMicroseconds: Int64?
  /// Why it did not pass; may have several lines.
  public var message: String?

  /// A test.
  public init(
    suite: String, name: String, status: Status, durationMicroseconds: Int64? = nil, message: String? = nil
  ) {
    self.suite = suite
    self.name = name
    self.status = status
    self.durationMicroseconds = durationMicroseconds
    self.message = message
  }
}

/// How many tests ended how.
public struct TestCounts: Codable, Sendable, Hashable {
  /// Those that hold.
  public var passed: Int64
  /// Those that do not.
  public var failed: Int64
  /// Those that could not be carried out.
  public var errors: Int64
  /// Those that were left out.
  public var skipped: Int64

  /// Counts.
  public init(passed: Int64 = 0, failed: Int64 = 0, errors: Int64 = 0, skipped: Int64 = 0) {
    self.passed = passed
    self.failed = failed
    self.errors = errors
    self.skipped = skipped
  }

  /// All of them.
  public var total: Int64 { passed &+ failed &+ errors &+ skipped }

  /// The sum of two.
  public static func + (left: TestCounts, right: TestCounts) -> TestCounts {
    TestCounts(
      passed: left.passed &+ right.passed, failed: left.failed &+ right.failed, errors: left.errors &+ right.errors,
      skipped: left.skipped &+ right.skipped)
  }

  /// Counts a test.
  public mutating func add(_ status: TestCase.Status) {
    switch status {
    case .passed: passed &+= 1
    case .failed: failed &+= 1
    case .error: errors &+= 1
    case .skipped: skipped &+= 1
    }
  }
}

/// What was found in a job's log and reports: how much in all, whatever of it is kept.
public struct ResultCounts: Codable, Sendable, Hashable {
  /// Compilers' messages.
  public var messages: MessageCounts
  /// Tests; nil where no report was found.
  public var tests: TestCounts?

  /// Counts.
  public init(messages: MessageCounts = MessageCounts(), tests: TestCounts? = nil) {
    self.messages = messages
    self.tests = tests
  }

  /// Adds those of another job.
  public static func += (left: inout ResultCounts, right: ResultCounts) {
    left.messages.errors &+= right.messages.errors
    left.messages.warnings &+= right.messages.warnings
    if let tests = right.tests { left.tests = (left.tests ?? TestCounts()) + tests }
  }
}

/// A part of what was found in a job, in the order in which it was found. A part may come twice.
public struct ResultBatch: Codable, Sendable, Hashable {
  /// How many messages of the job came before `messages`.
  public var firstMessage: Int
  /// Messages.
  public var messages: [CompilerMessage]
  /// How many tests of the job came before `tests`.
  public var firstTest: Int
  /// Tests.
  public var tests: [TestCase]
  /// What was found in the job until now, in all.
  public var counts: ResultCounts

  /// A batch.
  public init(
    firstMessage: Int = 0, messages: [CompilerMessage] = [], firstTest: Int = 0, tests: [TestCase] = [],
    counts: ResultCounts
  ) {
    self.firstMessage = firstMessage
    self.messages = messages
    self.firstTest = firstTest
    self.tests = tests
    self.counts = counts
  }
}

/// What was found in all jobs of a build.
public struct BuildResults: Sendable, Hashable {
  /// How much.
  public var counts: ResultCounts
  /// The build that its messages were compared with; nil where there is none before it.
  public var comparedWith: BuildID?
  /// How many of the kept messages that build did not have.
  public var new: MessageCounts

  /// Results.
  public init(counts: ResultCounts, comparedWith: BuildID? = nil, new: MessageCounts = MessageCounts()) {
    self.counts = counts
    self.comparedWith = comparedWith
    self.new = new
  }
}

/// How much of what is found is kept, and how large its parts may be. What is found beyond is counted.
public enum ResultLimits {
  /// Messages of one job.
  public static let messagesOfJob = 1000
  /// Messages of one build.
  public static let messagesOfBuild = 5000
  /// Tests of one job.
  public static let testsOfJob = 20_000
  /// Tests of one build.
  public static let testsOfBuild = 50_000
  /// Bytes of a file's name, a test's name or suite.
  public static let nameBytes = 500
  /// Bytes of a message's text.
  public static let textBytes = 1000
  /// Bytes of an option.
  public static let optionBytes = 100
  /// Bytes of why a test did not pass.
  public static let testMessageBytes = 4096
  /// Bytes of why all tests of a job did not pass.
  public static let testMessageBytesOfJob = 1 << 20
  /// Messages and tests in one batch.
  public static let batch = 500
}

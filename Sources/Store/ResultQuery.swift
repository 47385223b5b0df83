public import Model

/// Which of a build's messages to list, in the order in which they were found.
public struct MessageQuery: Sendable, Hashable {
  /// Whose build.
  public var owner: UserID
  /// The build.
  public var build: BuildID
  /// Only those as bad as one of these.
  public var severities: Set<CompilerMessage.Severity>
  /// Only those that the build before did not have.
  public var isNew: Bool
  /// Only those after this one: the last of the page before.
  public var after: Int64?
  /// At most so many, from 1 to 200.
  public var limit: Int

  /// A query; without filters, all of the build's messages.
  public init(
    owner: UserID, build: BuildID, severities: Set<CompilerMessage.Severity> = Set(CompilerMessage.Severity.allCases),
    isNew: Bool = false, after: Int64? = nil, limit: Int = 50
  ) {
    self.owner = owner
    self.build = build
    self.severities = severities
    self.isNew = isNew
    self.after = after
    self.limit = limit
  }
}

/// A message as it is stored.
public struct StoredMessage: Sendable, Hashable {
  /// Names it.
  public var id: Int64
  /// The job in whose log it stands.
  public var job: JobID
  /// The message.
  public var message: CompilerMessage
  /// True where the build before did not have it.
  public var isNew: Bool

  /// A message as stored.
  public init(id: Int64, job: JobID, message: CompilerMessage, isNew: Bool) {
    self.id = id
    self.job = job
    self.message = message
    self.isNew = isNew
  }
}

/// Which of a build's tests to list: those that did not hold first, then those left out, then those that hold.
public struct TestQuery: Sendable, Hashable {
  /// Whose build.
  public var owner: UserID
  /// The build.
  public var build: BuildID
  /// Only those that ended so.
  public var status: TestCase.Status?
  /// Only those after this one: the last of the page before.
  public var after: Int64?
  /// At most so many, from 1 to 200.
  public var limit: Int

  /// A query; without a filter, all of the build's tests.
  public init(
    owner: UserID, build: BuildID, status: TestCase.Status? = nil, after: Int64? = nil, limit: Int = 50
  ) {
    self.owner = owner
    self.build = build
    self.status = status
    self.after = after
    self.limit = limit
  }
}

/// A test as it is stored.
public struct StoredTest: Sendable, Hashable {
  /// Names it.
  public var id: Int64
  /// The job after which its report was collected.
  public var job: JobID
  /// The test.
  public var test: TestCase
  /// Its place in lists of the build.
  public var sort: Int64

  /// A test as stored.
  public init(id: Int64, job: JobID, test: TestCase, sort: Int64) {
    self.id = id
    self.job = job
    self.test = test
    self.sort = sort
  }
}

/// A page of results.
public struct ResultPage<Element: Sendable & Hashable>: Sendable, Hashable {
  /// In order.
  public var elements: [Element]
  /// What to give as `after` for the next page; nil where this is the last.
  public var next: Int64?

  /// A page.
  public init(elements: [Element], next: Int64?) {
    self.elements = elements
    self.next = next
  }
}

extension TestCase.Status {
  /// The places in lists of a build that tests of this status take: failing ones first. Stored.
  var places: Range<Int64> {
    let rank: Int64 =
      switch self {
      case .failed, .error: 0
      case .skipped: 1
      case .passed: 2
      }
    return (rank << 40)..<((rank + 1) << 40)
  }
}

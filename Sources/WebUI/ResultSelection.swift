internal import HTTPServer
internal import Model
internal import Routing

/// Which of a build's messages and tests its page lists; all of it stands in the address.
struct ResultSelection: Sendable, Hashable {
  /// Which messages.
  enum Messages: String, Sendable, CaseIterable { case all, errors, warnings, new }

  var messages = Messages.all
  /// Only messages after this one.
  var messagesAfter: Int64?
  /// Only tests that ended so.
  var tests: TestCase.Status?
  /// Only tests after this one.
  var testsAfter: Int64?

  init() {}

  /// From a query; what it does not understand it leaves out, because people edit addresses.
  init(_ request: HTTPRequest) {
    messages = request.query("messages").flatMap(Messages.init) ?? .all
    messagesAfter = request.query("messages_after").flatMap { Int64(digits: $0) }
    tests = request.query("tests").flatMap(TestCase.Status.init)
    testsAfter = request.query("tests_after").flatMap { Int64(digits: $0) }
  }

  /// The severities of the chosen messages. Notes belong to others, beside which they stand in the log.
  var severities: Set<CompilerMessage.Severity> {
    switch messages {
    case .all, .new: [.error, .warning]
    case .errors: [.error]
    case .warnings: [.warning]
    }
  }

  /// The same with other messages, from the first.
  func with(_ messages: Messages, after: Int64? = nil) -> ResultSelection {
    var changed = self
    (changed.messages, changed.messagesAfter) = (messages, after)
    return changed
  }

  /// The same with other tests, from the first.
  func with(_ tests: TestCase.Status?, after: Int64? = nil) -> ResultSelection {
    var changed = self
    (changed.tests, changed.testsAfter) = (tests, after)
    return changed
  }

  /// The address of a build's page with this selection.
  func target(_ path: String) -> String {
    QueryText.target(
      path,
      [
        ("messages", messages == .all ? nil : messages.rawValue), ("messages_after", messagesAfter.map { String($0) }),
        ("tests", tests?.rawValue), ("tests_after", testsAfter.map { String($0) }),
      ])
  }
}

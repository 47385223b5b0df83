internal import Model
internal import Store

/// What the page of a build shows of its messages and tests.
struct BuildResultsPart: Sendable, Hashable {
  var selection = ResultSelection()
  var messages = ResultPage<StoredMessage>(elements: [], next: nil)
  var tests = ResultPage<StoredTest>(elements: [], next: nil)
  /// The build that the messages were compared with.
  var comparedWith: Build?
}

extension WebUI {
  /// Reads nothing where nothing was found.
  func results(of build: Build, _ selection: ResultSelection) async throws -> BuildResultsPart {
    var part = BuildResultsPart(selection: selection)
    guard let results = build.results else { return part }
    let store = dependencies.store
    if !results.counts.messages.isEmpty {
      part.messages = try await store.messages(
        MessageQuery(
          owner: build.owner, build: build.id, severities: selection.severities, isNew: selection.messages == .new,
          after: selection.messagesAfter))
    }
    if results.counts.tests != nil {
      part.tests = try await store.tests(
        TestQuery(owner: build.owner, build: build.id, status: selection.tests, after: selection.testsAfter))
    }
    if let compared = results.comparedWith { part.comparedWith = try await store.build(compared, owner: build.owner) }
    return part
  }
}

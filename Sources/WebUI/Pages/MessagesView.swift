internal import Model
internal import Store

/// Compilers' messages of a build, each with the way to its line of the log.
struct MessagesView: Sendable {
  var build: Build
  var part: BuildResultsPart
  /// The page's path.
  var path: String

  private var results: BuildResults { build.results ?? BuildResults(counts: ResultCounts()) }
  private var counts: MessageCounts { results.counts.messages }

  /// Always there, so that the first message can appear while the build runs.
  var html: HTML {
    """
    <section class="panel" id="messages" aria-labelledby="messages-title" data-live="messages"\
    \(counts.isEmpty ? " hidden" : "")>\(counts.isEmpty ? "" : content)</section>
    """
  }

  private var content: HTML {
    """
    <div class="panel-head"><h2 id="messages-title">Compiler messages</h2><span class="count">\
    \(ResultWords.messages(counts))</span>\(compared)</div>\(chips)\(list)\(pager)
    """
  }

  private var compared: HTML {
    guard let previous = part.comparedWith else { return "" }
    let new = ResultWords.messages(results.new)
    return """
      <span class="count">\(new.isEmpty ? "nothing" : new) new since \
      <a href="/builds/\(previous.id.rawValue)">#\(previous.number)</a></span>
      """
  }

  private var chips: HTML {
    let hasNew = part.comparedWith != nil
    return """
      <nav class="chips result-chips" aria-label="Which messages">\(chip(.all, "All"))\(chip(.errors, "Errors"))\
      \(chip(.warnings, "Warnings"))\(hasNew ? chip(.new, "New") : "")</nav>
      """
  }

  private func chip(_ messages: ResultSelection.Messages, _ words: HTML) -> HTML {
    let current: HTML = part.selection.messages == messages ? #" aria-current="true""# : ""
    return """
      <a class="chip" href="\(part.selection.with(messages).target(path))#messages"\(current)>\(words)</a>
      """
  }

  private var list: HTML {
    guard !part.messages.elements.isEmpty else { return "<p class=\"muted\">There are none of this kind.</p>" }
    return """
      <ol class="messages">\(part.messages.elements.map(row))</ol>
      """
  }

  private func row(_ stored: StoredMessage) -> HTML {
    let message = stored.message
    let isError = message.severity == .error
    let status = isError ? Status.failed : .passedWithFailures
    let log = "/builds/\(build.id.rawValue)/jobs/\(stored.job.rawValue)#L\(message.logLine)"
    return """
      <li class="message" data-key="m\(stored.id)" data-status="\(status.rawValue)"><span class="status">\
      \(Icon.status(status))<span>\(isError ? "Error" : "Warning")</span></span>
      <div class="message-main"><a class="message-link" data-job="\(stored.job.rawValue)" href="\(log)">\
      <bdi>\(message.text)</bdi></a>
      <div class="message-meta"><code><bdi>\(message.file)</bdi>\(number(message.line))\(number(message.column))</code>\
      \(message.option.map { "<code class=\"option\">\($0)</code>" })\
      \(stored.isNew ? Self.new : nil)</div></div></li>
      """
  }

  private static let new: HTML = "<span class=\"tag new\">new</span>"

  private func number(_ number: Int64?) -> HTML { number.map { ":\($0)" } ?? "" }

  private var pager: HTML {
    let (selection, kind) = (part.selection, part.selection.messages)
    let first: HTML =
      selection.messagesAfter == nil
      ? "" : "<a class=\"button\" href=\"\(selection.with(kind).target(path))#messages\">First</a>"
    let next: HTML? = part.messages.next.map {
      "<a class=\"button\" rel=\"next\" href=\"\(selection.with(kind, after: $0).target(path))#messages\">More</a>"
    }
    if selection.messagesAfter == nil, next == nil { return limit }
    return "<nav class=\"pager\" aria-label=\"Pages of messages\">\(first)\(next)</nav>\(limit)"
  }

  /// Only said where something may be missing.
  private var limit: HTML {
    guard part.messages.next == nil, counts.errors &+ counts.warnings > ResultLimits.messagesOfJob else { return "" }
    return """
      <p class="hint">Of each job the first \(ResultLimits.messagesOfJob) messages are kept, of a build \
      \(ResultLimits.messagesOfBuild); the log has all of them.</p>
      """
  }
}

internal import Routing

/// The page for a refusal, with a way on.
struct ProblemView: Sendable {
  var problem: Problem

  var title: String { problem.status == 404 ? "Not found" : problem.title }

  var html: HTML {
    """
    <section class="door wide-door"><p class="code-number">\(problem.status)</p><h1>\(title)</h1>
    <p class="lead">\(sentence)</p>\(problem.id.map(reference))
    <p class="actions"><a class="button primary" href="/builds">All builds</a>\
    <a class="button" href="/docs">API documentation</a></p></section>
    """
  }

  private var sentence: String {
    guard let first = problem.detail.first else { return "The server could not do that." }
    let text = first.uppercased() + problem.detail.dropFirst()
    return text.hasSuffix(".") || text.hasSuffix(problem.id ?? "\u{0}") ? text : text + "."
  }

  private func reference(_ id: String) -> HTML {
    """
    <p class="hint">Reference for the server's log: <code>\(id)</code></p>
    """
  }
}

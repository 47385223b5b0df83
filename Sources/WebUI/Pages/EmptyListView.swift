/// What the list says before the first build: how to make it, in commands that work as they stand.
struct EmptyListView: Sendable {
  var address: String
  var tokenPath: String

  /// A manifest that runs anywhere.
  static let example = """
    driver:
      type: host
    stages: [hello]
    jobs:
    - stage: hello
      commands:
      - echo "Hello from Wright"
      - uname -a > system.txt
      artifacts:
      - system.txt

    """

  var html: HTML {
    """
    <div class="empty first-build"><h2>No builds yet</h2>
    <p>Write a manifest and submit it. It shows up here and runs at once.</p>
    <ol class="steps"><li><h3>Save this as <code>hello.yml</code></h3>\
    <pre class="code" tabindex="0">\(ManifestHighlight.html(Self.example))</pre></li>
    <li><h3>Submit it from a terminal</h3><pre class="code" tabindex="0" id="first-command">\(commands)</pre>
    <p class="or">or <a class="button primary" href="/builds/new">write one here</a></p></li></ol></div>
    """
  }

  private var commands: String {
    """
    export WRIGHT_SERVER=\(address)
    export WRIGHT_TOKEN="$(cat \(tokenPath))"
    wright submit hello.yml --follow
    """
  }
}

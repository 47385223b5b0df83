/// The files of a repository that make it a shallow clone of another, as `git clone --depth=1` leaves them.
/// https://git-scm.com/docs/gitrepository-layout
struct GitCloneFiles {
  let url: String
  let found: GitFound

  /// Names below `.git`, and texts.
  var all: [(name: String, text: String)] {
    [
      ("HEAD", head), ("config", configuration), ("shallow", "\(found.commit)\n"),
      ("packed-refs", refs.map { "\($0.object) \($0.name)\n" }.joined()),
    ]
  }

  private var head: String {
    if case .branch(let name) = found.head { return "ref: refs/heads/\(name)\n" }
    return "\(found.commit)\n"
  }

  private var refs: [(name: String, object: String)] {
    switch found.head {
    case .branch(let name):
      [("refs/heads/\(name)", found.commit), ("refs/remotes/origin/\(name)", found.commit)]
    case .tag(let name, let object): [("refs/tags/\(name)", object)]
    case .detached: []
    }
  }

  private var configuration: String {
    let isLong = found.commit.utf8.count == 64
    var text = """
      [core]
      \trepositoryformatversion = \(isLong ? 1 : 0)
      \tfilemode = true
      \tbare = false
      \tlogallrefupdates = true

      """
    if isLong { text += "[extensions]\n\tobjectFormat = sha256\n" }
    text += "[remote \"origin\"]\n\turl = \(Self.quoted(url))\n\tfetch = \(Self.quoted(refspec))\n"
    if case .branch(let name) = found.head {
      text += "[branch \(Self.quoted(name))]\n\tremote = origin\n\tmerge = \(Self.quoted("refs/heads/\(name)"))\n"
    }
    return text
  }

  private var refspec: String {
    switch found.head {
    case .branch(let name): "+refs/heads/\(name):refs/remotes/origin/\(name)"
    case .tag(let name, _): "+refs/tags/\(name):refs/tags/\(name)"
    case .detached: "+refs/heads/*:refs/remotes/origin/*"
    }
  }

  /// In the quotes of git's configuration. Addresses and refs hold no control characters.
  static func quoted(_ text: String) -> String {
    let bytes = text.utf8.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") ? [92, $0] : [$0] }
    return "\"\(String(decoding: bytes, as: UTF8.self))\""
  }
}

internal import Files
internal import Planning

/// A private folder for one clone: git's whole configuration, an empty home, and, where the address has a credential,
/// the program that hands it to git. Nothing of it is in git's arguments, its environment, or the clone.
struct GitScratch: Sendable {
  private let path: String
  private let hasCredential: Bool

  /// Makes the folder in `root`. Blocks.
  init(in root: String, for address: GitAddress) throws(FileError) {
    path = "\(root)/\(String(UInt64.random(in: .min ... .max), radix: 36))"
    hasCredential = address.credential != nil
    try FileTree.makeDirectory(root)
    try FileTree.makeDirectory(path)
    try Self.write(Self.configuration, to: "\(path)/config")
    if let credential = address.credential {
      try Self.write(credential.user + "\n", to: "\(path)/user")
      try Self.write(credential.password + "\n", to: "\(path)/password")
      try Self.write(Self.askpass(origin: address.origin), to: "\(path)/askpass", permissions: 0o700)
    }
  }

  /// Removes the folder. Blocks.
  func remove() throws(FileError) { try FileTree.removeTree(path) }

  /// All variables for git: with these it reads no configuration but ours and never asks a person.
  func environment(_ settings: GitSettings) -> [(name: String, value: String)] {
    var variables = settings.environment
    variables += [
      ("HOME", path), ("LC_ALL", "C"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "\(path)/config"),
      ("GIT_TERMINAL_PROMPT", "0"), ("GIT_ALLOW_PROTOCOL", settings.protocols.joined(separator: ":")),
      ("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new"), ("GIT_SSH_VARIANT", "ssh"),
      ("GIT_ATTR_NOSYSTEM", "1"), ("GIT_ASKPASS", hasCredential ? "\(path)/askpass" : ""),
    ]
    if hasCredential { variables.append(("WRIGHT_ASKPASS_FOLDER", path)) }
    return variables
  }

  /// `safe.directory`: the clone belongs to another user where the driver has one for its jobs; git would refuse it.
  /// Its hooks and file monitor are off, so what a repository brings cannot make git run it.
  private static let configuration = """
    [safe]
    \tdirectory = *
    [core]
    \thooksPath = /dev/null
    \tfsmonitor = false
    [init]
    \tdefaultBranch = main
    \ttemplateDir =
    [submodule]
    \trecurse = false
    [advice]
    \tdetachedHead = false
    [gc]
    \tauto = 0
    [maintenance]
    \tauto = false
    [credential]
    \thelper =
    [http]
    \tlowSpeedLimit = 1
    \tlowSpeedTime = 120

    """

  /// git asks `Username for 'https://host': ` and `Password for 'https://user@host': `, also after a redirect: the
  /// answer is only for the host that the address names. `origin` holds nothing that a shell would read.
  private static func askpass(origin: String) -> String {
    let host = String(Substring(origin.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)))
    let scheme = String(Substring(origin.utf8.prefix { $0 != UInt8(ascii: ":") }))
    return """
      #!/bin/sh
      case "$1" in
      "Username for '\(origin)': "*) exec cat "$WRIGHT_ASKPASS_FOLDER/user" ;;
      "Password for '\(origin)': "*) exec cat "$WRIGHT_ASKPASS_FOLDER/password" ;;
      "Password for '\(scheme)://"*"@\(host)': "*) exec cat "$WRIGHT_ASKPASS_FOLDER/password" ;;
      esac
      exit 1

      """
  }

  private static func write(_ text: String, to path: String, permissions: UInt32 = 0o600) throws(FileError) {
    let file = try FileDescriptor.open(path, .createNew(permissions: permissions))
    try file.write(Array(text.utf8), at: 0)
  }
}

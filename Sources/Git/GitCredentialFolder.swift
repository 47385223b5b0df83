internal import Files
internal import Planning

/// A private folder for one address's credential and the program that hands it to git, and for the authorities that are
/// trusted there. Nothing of the credential is in git's arguments, its environment, its configuration, or a clone.
struct GitCredentialFolder: Sendable {
  private let path: String
  private let hasAuthorities: Bool

  /// Makes the folder in `home`. Without a credential nothing is answered. Blocks.
  init(
    in home: GitHome, _ credential: GitAddress.Credential?, origin: String, authorities: String? = nil
  ) throws(FileError) {
    path = "\(home.path)/\(GitHome.randomName())"
    hasAuthorities = authorities != nil
    try FileTree.makeDirectory(path)
    if let authorities { try Self.write(authorities, to: "\(path)/authorities") }
    guard let credential else {
      try Self.write("#!/bin/sh\nexit 1\n", to: "\(path)/askpass", permissions: 0o700)
      return
    }
    try Self.write(credential.user + "\n", to: "\(path)/user")
    try Self.write(credential.password + "\n", to: "\(path)/password")
    try Self.write(Self.askpass(origin: origin), to: "\(path)/askpass", permissions: 0o700)
  }

  /// Removes the folder. Blocks.
  func remove() throws(FileError) { try FileTree.removeTree(path) }

  /// What makes git ask for it.
  var variables: [(name: String, value: String)] {
    [("GIT_ASKPASS", "\(path)/askpass"), ("WRIGHT_ASKPASS_FOLDER", path)]
      + (hasAuthorities ? [("GIT_SSL_CAINFO", "\(path)/authorities")] : [])
  }

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

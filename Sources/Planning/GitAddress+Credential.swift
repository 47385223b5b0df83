extension GitAddress {
  /// The same address with a user name and a password, which are kept as they are: nothing in them is an escape. Throws
  /// for a transport that takes none, and for what git's protocol for credentials, which is lines, cannot carry.
  public func signedIn(user: String, password: String) throws(GitAddressError) -> GitAddress {
    guard transport == .https || transport == .http else {
      throw GitAddressError(address: url, "does not take a user name and a password; use https")
    }
    guard !(user + password).utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
      throw GitAddressError(address: url, "cannot be used with a user name or password that holds a control character")
    }
    var address = self
    address.credential = Credential(user: user, password: password)
    address.maskedValues = password.isEmpty ? [] : [password]
    return address
  }
}

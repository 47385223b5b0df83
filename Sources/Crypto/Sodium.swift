internal import CSodium

/// Prepares libsodium once; every use of it goes through here.
enum Sodium {
  private static let started: Bool = {
    // Fails only where the process cannot make a mutex or the kernel has no random numbers: nothing could be secure.
    precondition(sodium_init() >= 0, "libsodium cannot start")
    return true
  }()

  static func prepare() { _ = started }
}

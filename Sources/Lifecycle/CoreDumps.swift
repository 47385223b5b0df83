internal import Glibc

/// Images of this process's memory that the kernel writes when it crashes.
public enum CoreDumps {
  /// Lets the kernel write none: memory holds tokens and the credentials of sources. Where it cannot be said to the
  /// kernel, nothing changes.
  public static func forbid() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  }
}

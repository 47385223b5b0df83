internal import CLinux
internal import Glibc

/// Starts operating-system threads.
public enum Thread {
  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void
    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Starts a detached thread that runs `body` once. `name` is cut to the kernel's 15 bytes.
  public static func start(name: String, _ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 1 << 20)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(name: name, run: body))
    let status = pthread_create(
      &thread, &attributes,
      { raw in
        guard let raw else { return nil }
        let body = Unmanaged<Body>.fromOpaque(raw).takeRetainedValue()
        wright_set_thread_name(body.name)
        body.run()
        return nil
      }, box.toOpaque())
    pthread_attr_destroy(&attributes)
    if status != 0 {
      // Without threads nothing can go on; this happens only at a process limit, at start.
      box.release()
      fatalError("cannot start a thread named \(name): error \(status)")
    }
  }
}

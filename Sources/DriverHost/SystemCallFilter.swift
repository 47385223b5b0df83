/// The seccomp filter of the sandbox, in the kernel's form: instructions of classic BPF over the number and the
/// architecture of each system call (seccomp(2)).
///
/// It takes the kernel's keyrings away. No name space separates them: a build would have its server's session keyring,
/// as a login or systemd has made it, and could leave keys there for other builds.
enum SystemCallFilter {
  /// `add_key`, `request_key` and `keyctl` fail with ENOSYS, as in a kernel without keys. Everything else is allowed.
  static let withoutKeys: [UInt8] = {
    // On every architecture the three have numbers in a row. The first, by AUDIT_ARCH; other architectures' programs
    // do not run on these.
    let firsts: [(architecture: UInt32, number: UInt32)] = [
      (0xC000_003E, 248), (0x4000_0003, 286), (0xC000_00B7, 217), (0x4000_0028, 309),
    ]
    var program: [Instruction] = [.load(offset: 4)]
    for (index, first) in firsts.enumerated() {
      // Four instructions in each block below; the comparisons and the "allow" after them come before.
      program.append(.skip(ifEqual: first.architecture, UInt8(firsts.count - index + 4 * index)))
    }
    program.append(.allow)
    for (index, first) in firsts.enumerated() {
      // Without the bit of x32, whose numbers are those of x86_64.
      program += [.load(offset: 0), .and(0xBFFF_FFFF), .subtract(first.number)]
      program.append(.jump(UInt32(4 * (firsts.count - 1 - index))))
    }
    // Numbers below the first have wrapped around.
    program += [.skip(ifAtLeast: 3, 1), .refuse, .allow]
    return program.flatMap(\.bytes)
  }()

  /// `struct sock_filter`.
  private struct Instruction {
    var code: UInt16
    var ifTrue: UInt8 = 0
    var value: UInt32

    /// Loads a word of `struct seccomp_data`.
    static func load(offset: UInt32) -> Instruction { Instruction(code: 0x20, value: offset) }
    static func and(_ value: UInt32) -> Instruction { Instruction(code: 0x54, value: value) }
    static func subtract(_ value: UInt32) -> Instruction { Instruction(code: 0x14, value: value) }
    static func jump(_ count: UInt32) -> Instruction { Instruction(code: 0x05, value: count) }
    static func skip(ifEqual value: UInt32, _ count: UInt8) -> Instruction {
      Instruction(code: 0x15, ifTrue: count, value: value)
    }
    static func skip(ifAtLeast value: UInt32, _ count: UInt8) -> Instruction {
      Instruction(code: 0x35, ifTrue: count, value: value)
    }
    static let allow = Instruction(code: 0x06, value: 0x7FFF_0000)
    /// The error ENOSYS.
    static let refuse = Instruction(code: 0x06, value: 0x0005_0000 | 38)

    /// In the byte order of the machine, which is little-endian wherever this runs.
    var bytes: [UInt8] {
      [UInt8(truncatingIfNeeded: code), UInt8(truncatingIfNeeded: code >> 8), ifTrue, 0]
        + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
  }
}

import Files
import Testing

@testable import Crypto

@Suite struct SealerTests {
  private static let plan = Sealer.Purpose(rawValue: "build_plans.plan")

  @Test(arguments: ["", "pa55", "zwei\nZeilen \u{1F511}", String(repeating: "x", count: 100_000)])
  func `opens what it sealed`(secret: String) throws {
    let sealer = try Sealer.ephemeral()
    let sealed = try sealer.seal(secret, for: Self.plan)
    #expect(try sealer.open(sealed, for: Self.plan) == secret)
    #expect(try sealer.seal(secret, for: Self.plan) != sealed)
  }

  @Test func `what was sealed for one purpose is not opened for another`() throws {
    let sealer = try Sealer.ephemeral()
    let sealed = try sealer.seal("pa55", for: Self.plan)
    for other in ["build_plans.pla", "build_plans.plan2", "", "variables.value"] {
      #expect(throws: CryptoError.notAuthentic) { try sealer.open(sealed, for: .init(rawValue: other)) }
    }
  }

  @Test func `refuses what was altered, cut, or sealed with another key`() throws {
    let sealer = try Sealer.ephemeral()
    let sealed = try sealer.seal("pa55", for: Self.plan)
    for index in sealed.indices {
      var altered = sealed
      altered[index] ^= 1
      #expect(throws: CryptoError.notAuthentic) { try sealer.open(altered, for: Self.plan) }
      #expect(throws: CryptoError.notAuthentic) { try sealer.open(Array(sealed.prefix(index)), for: Self.plan) }
    }
    let other = try Sealer.ephemeral()
    #expect(throws: CryptoError.notAuthentic) { try other.open(sealed, for: Self.plan) }
  }

  @Test func `a new process opens with the same key file what the last one sealed`() throws {
    let folder = "/tmp/wright-sealer-\(UInt64.random(in: 0 ... .max))"
    try FileTree.makeDirectory(folder)
    defer { try? FileTree.removeTree(folder) }
    let sealed = try Sealer(keyFile: folder + "/key").seal("pa55", for: Self.plan)
    #expect(try Sealer(keyFile: folder + "/key").open(sealed, for: Self.plan) == "pa55")
  }
}

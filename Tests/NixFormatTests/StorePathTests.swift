import NixFormat
import Testing

private let hash = "1zzwr0xhcvs2pwa3nkbcdpapkmpvyyxl"

@Suite struct StorePathTests {
  @Test func `reads a path and a base name`() throws {
    let path = try #require(StorePath("/nix/store/\(hash)-hello-2.12"))
    #expect(path.hash == hash && path.name == "hello-2.12" && path.description == "/nix/store/\(hash)-hello-2.12")
    #expect(StorePath(baseName: "\(hash)-hello-2.12") == path && !path.isDerivation)
    #expect(StorePath(baseName: "\(hash)-hello.drv")?.isDerivation == true)
  }

  @Test(arguments: [
    "", "/nix/store", "/nix/store/", "/nix/store/\(hash)", "/nix/store/\(hash)-", "/nix/store/\(hash)-a/b",
    "/nix/store/\(hash)-a b", "/nix/store/\(hash)-../x", "/nix/store/\(hash)-.a", "/nix/store/\(hash)+a",
    "/nix/store/e\(hash.dropFirst())-a", "/nix/store/é\(hash.dropFirst(2))-a", "/nix/store/../\(hash)-a",
    "/gnu/store/\(hash)-a", "/nix/store/\(hash)-" + String(repeating: "a", count: 212), "/nix/store/\(hash)-a\0",
    "/nix/store/\(hash)-ä",
  ])
  func `refuses what is no store path`(_ text: String) {
    #expect(StorePath(text) == nil)
  }
}

import HTTPClient
import Testing

@testable import CachePush

/// Nothing that comes from outside may trap: bytes made of the pieces that matter, in any order.
@Suite struct HostileInputTests {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `whatever is given as an address, a key, JSON or XML is read or refused`(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<100 {
      let text = random.text()
      for form in [PushTarget.Form.cachix, .plain] {
        _ = try? PushTarget(text: text, form: form, environment: ["AWS_ACCESS_KEY_ID": text])
      }
      _ = try? PushSigningKey(text: text)
      _ = try? StorePathInfo.list(json: Array(text.utf8))
      _ = RetryPlan.told(text)
      _ = NixStoreAccess(environment: [("NIX_REMOTE", text)]).path(of: text)
      _ = CachixUpload.escaped(text)
    }
  }

  @Test(arguments: ["http://user:hunter2@h/x", "http://u:hunter2@u:hunter2@h/", "https://hunter2@h?compression=xz"])
  func `no password of an address is shown`(text: String) throws {
    #expect(try !PushTarget(text: text, form: .plain).description.contains("hunter2"))
  }
}

private struct SeededNumbers {
  private var state: UInt64
  private static let pieces = [
    "http://", "https://", "s3://", "://", "@", "user:hunter2@", ":", "?", "&", "=", "%", "%2", "%zz", "%00", "#", "/",
    "//", "..", "host", "é", "compression=", "zstd", "endpoint=", "region=", "scheme=", "[", "]", "{", "}", "\"", ",",
    "\"path\"", "\"narSize\":", "-1", "99999999999999999999", "<UploadId>", "</UploadId>", "<", "&amp;", "<!DOCTYPE x>",
    "/nix/store/", "lyshz5fdrglhbjx7l2lnwbc789i0qinh-x", "\n", " ", "[default]", "name:", "AAAA", "\u{0}",
  ]

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  mutating func text() -> String {
    (0..<next(14)).map { _ in Self.pieces[next(Self.pieces.count)] }.joined()
  }
}

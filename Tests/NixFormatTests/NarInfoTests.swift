import Crypto
import NixFormat
import Testing

private let hash = "1zzwr0xhcvs2pwa3nkbcdpapkmpvyyxl"
private let narHash = "sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
private let required = "StorePath: /nix/store/\(hash)-a\nURL: nar/x.nar\nNarHash: \(narHash)\nNarSize: 120\n"

@Suite struct NarInfoTests {
  @Test func `writes what it reads`() throws {
    let text = """
      StorePath: /nix/store/\(hash)-a
      URL: nar/x.nar.zst
      Compression: zstd
      FileHash: \(narHash)
      FileSize: 7
      NarHash: \(narHash)
      NarSize: 120
      References: \(hash)-a \(hash)-b
      Deriver: \(hash)-a.drv
      Sig: one-1:AAEC
      Sig: two-1:/w==
      CA: fixed:r:sha256:x

      """
    let info = try NarInfo(parsing: text)
    #expect(info.text == text)
    #expect(info.signatures.map(\.keyName) == ["one-1", "two-1"] && info.compression == .zstd)
    #expect(
      info.fingerprint
        == "1;/nix/store/\(hash)-a;\(narHash);120;/nix/store/\(hash)-a,/nix/store/\(hash)-b")
  }

  @Test func `takes what may be missing, and names that it does not know`() throws {
    let info = try NarInfo(parsing: required + "Deriver: unknown-deriver\nSystem: x86_64-linux\nReferences: \n")
    #expect(info.compression == .bzip2 && info.references.isEmpty && info.deriver == nil && info.fileHash == nil)
  }

  @Test(arguments: [
    ("", "the narinfo has no StorePath"),
    (required.replacing("NarSize: 120\n", with: ""), "the narinfo has no NarSize"),
    (required.replacing("120", with: "0"), "line 4 of the narinfo has a wrong value for 'NarSize'"),
    (required.replacing("120", with: "+5"), "line 4 of the narinfo has a wrong value for 'NarSize'"),
    (required.replacing("120", with: "99999999999999999999"), "line 4 of the narinfo has a wrong value for 'NarSize'"),
    (required + "NarSize: 120\n", "line 5 of the narinfo says 'NarSize' a second time"),
    (required + "nonsense\n", "line 5 of the narinfo has no colon"),
    (required + "X:y\n", "line 5 of the narinfo has no space after 'X:'"),
    (required + "Compression: lzma\n", "line 5 of the narinfo has a wrong value for 'Compression'"),
    (required + "References: x/../y\n", "line 5 of the narinfo has a wrong value for 'References'"),
    (required + "Sig: null\n", "line 5 of the narinfo has a wrong value for 'Sig'"),
    (required + "Sig: a b:AAEC\n", "line 5 of the narinfo has a wrong value for 'Sig'"),
  ])
  func `refuses what is not well formed`(_ text: String, _ sentence: String) {
    #expect { try NarInfo(parsing: text) } throws: { "\($0)" == sentence }
  }

  @Test func `a hash has four spellings`() throws {
    let known = try #require(NarHash(narHash))
    #expect(NarHash(known.hexadecimal) == known && NarHash("sha256:" + known.hexadecimal) == known)
    #expect(NarHash("sha256-" + Base64.string(known.bytes)) == known)
    for text in ["", "sha256:", "sha256-", "md5:" + known.hexadecimal, "sha256-AAEC", narHash + "0"] {
      #expect(NarHash(text) == nil)
    }
  }
}

import Model
import NixFormat
import Testing

@testable import NixCache

@Suite struct UploadTicketsTests {
  private let tickets = UploadTickets(key: [UInt8](repeating: 3, count: 32))
  private let now = Timestamp(milliseconds: 1_800_000_000_000)
  private let cache = CacheID(rawValue: 5)

  @Test func `an upload is found by its names, in its cache, for a day`() throws {
    for compression in [NarInfo.Compression.zstd, .xz] {
      let upload = UploadTickets.begin(cache, compression, at: now)
      let name = try tickets.identifier(of: upload)
      #expect(UploadTickets.isUUID(upload.nar))
      #expect(try tickets.upload(upload.nar, identifier: name, cache: cache, at: now) == upload)
      let last = now + UploadTickets.life + .milliseconds(-1)
      #expect(try tickets.upload(upload.nar, identifier: name, cache: cache, at: last) == upload)
      #expect(try tickets.upload(upload.nar, identifier: name, cache: cache, at: now + UploadTickets.life) == nil)
      let other = CacheID(rawValue: 6)
      #expect(try tickets.upload(upload.nar, identifier: name, cache: other, at: now) == nil)
      let foreign = UploadTickets(key: [1])
      #expect(try foreign.upload(upload.nar, identifier: name, cache: cache, at: now) == nil)
    }
  }

  @Test func `an upload's names cannot be changed in any byte`() throws {
    let upload = UploadTickets.begin(cache, .zstd, at: now)
    let name = Array(try tickets.identifier(of: upload).utf8)
    let nar = Array(upload.nar.utf8)
    for index in name.indices {
      for byte in [UInt8(ascii: "0"), UInt8(ascii: "x"), UInt8(ascii: "/")] where name[index] != byte {
        var changed = name
        changed[index] = byte
        let text = String(decoding: changed, as: UTF8.self)
        #expect(try tickets.upload(upload.nar, identifier: text, cache: cache, at: now) == nil)
      }
    }
    for index in nar.indices {
      var changed = nar
      changed[index] = changed[index] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
      let text = String(decoding: changed, as: UTF8.self)
      let found = try tickets.upload(
        text, identifier: String(decoding: name, as: UTF8.self), cache: cache, at: now)
      #expect(found == nil)
    }
  }

  @Test(arguments: [
    "", "z", "-", "z-", "x1-", "z-1-0", "z99999999999999999999-aa", "zé-1", "\u{0}-\u{0}",
    String(repeating: "9", count: 9999),
  ])
  func `text that is no upload's name is none`(_ text: String) throws {
    let nar = UploadTickets.begin(cache, .zstd, at: now).nar
    #expect(try tickets.upload(nar, identifier: text, cache: cache, at: now) == nil)
    #expect(!UploadTickets.isUUID(text))
    #expect(
      try !tickets.allows(cache, nar: nar, part: "1", md5: text, expires: text, signature: text, at: now))
  }

  @Test func `a part's address holds for that part and a quarter of an hour`() throws {
    let upload = UploadTickets.begin(cache, .zstd, at: now)
    let md5 = String(repeating: "a", count: 32)
    let query = Dictionary(
      try tickets.query(of: upload, part: 3, md5: md5, at: now).split(separator: "&").map { pair in
        let sides = pair.split(separator: "=")
        return (String(sides[0]), String(sides[1]))
      }, uniquingKeysWith: { $1 })
    let (expires, signature) = (query["expires"] ?? "", query["signature"] ?? "")
    func allows(
      _ cache: Int64 = 5, nar: String? = nil, part: String = "3", md5 sum: String? = nil, after: Duration = .zero
    ) throws -> Bool {
      try tickets.allows(
        CacheID(rawValue: cache), nar: nar ?? upload.nar, part: part, md5: sum ?? md5, expires: expires,
        signature: signature, at: now + after)
    }
    #expect(try allows())
    #expect(try allows(after: UploadTickets.partLife + .milliseconds(-1)))
    #expect(try !allows(after: UploadTickets.partLife))
    #expect(try !allows(6))
    #expect(try !allows(part: "4"))
    #expect(try !allows(part: "03"))
    #expect(try !allows(md5: String(repeating: "b", count: 32)))
    #expect(try !allows(nar: UploadTickets.begin(cache, .zstd, at: now).nar))
  }
}

internal import Crypto
internal import NixFormat

/// What completes an upload, under the names that Cachix's protocol has.
struct CachixNarInfo: Sendable, Encodable {
  var cStoreHash: String
  var cStoreSuffix: String
  var cNarHash: String
  var cNarSize: Int64
  var cFileHash: String
  var cFileSize: Int64
  var cReferences: [String]
  var cDeriver: String
  var cSig: String?

  init(_ info: StorePathInfo, _ digest: NarDigest, signature: [UInt8]?) {
    cStoreHash = info.path.hash
    cStoreSuffix = info.path.name
    cNarHash = digest.narHash.description
    cNarSize = digest.narSize
    cFileHash = digest.fileHash.hexadecimal
    cFileSize = digest.fileSize
    cReferences = info.references.map(\.baseName)
    cDeriver = info.deriver?.baseName ?? "unknown-deriver"
    cSig = signature.map(Base64.string)
  }

  private enum Name: String, CodingKey {
    case cStoreHash, cStoreSuffix, cNarHash, cNarSize, cFileHash, cFileSize, cReferences, cDeriver, cSig
  }

  /// By hand for `cSig`, which is `null` where there is none: caches require it to be there.
  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Name.self)
    try fields.encode(cStoreHash, forKey: .cStoreHash)
    try fields.encode(cStoreSuffix, forKey: .cStoreSuffix)
    try fields.encode(cNarHash, forKey: .cNarHash)
    try fields.encode(cNarSize, forKey: .cNarSize)
    try fields.encode(cFileHash, forKey: .cFileHash)
    try fields.encode(cFileSize, forKey: .cFileSize)
    try fields.encode(cReferences, forKey: .cReferences)
    try fields.encode(cDeriver, forKey: .cDeriver)
    try fields.encode(cSig, forKey: .cSig)
  }
}

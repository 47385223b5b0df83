public import Model
public import NixFormat

/// A binary cache for Nix.
public struct BinaryCache: Sendable, Hashable {
  /// Names it everywhere.
  public var id: CacheID
  /// Whose it is.
  public var owner: UserID
  /// Unique on the server; part of its address.
  public var name: String
  /// True where anybody may read it.
  public var isPublic: Bool
  /// Nix asks caches with lower ones first.
  public var priority: Int64
  /// What clients are told to prefer.
  public var compression: NarInfo.Compression
  /// When it was made.
  public var createdAt: Timestamp
  /// Paths that were not asked for in so many seconds are collected; nil for never.
  public var keepSeconds: Int64?
  /// How many bytes of NARs are kept, those longest not asked for going first; nil for all.
  public var keepBytes: Int64?
  /// Who vouches for its paths, the oldest first.
  public var keys: [CacheKey]
  /// How many paths it holds.
  public var pathCount: Int64
  /// Bytes of its compressed NARs; those of equal content are counted for each path.
  public var byteCount: Int64
  /// What has been done with it.
  public var use: CacheUse
}

/// What has been done with a cache since it was made, or in a time.
public struct CacheUse: Sendable, Hashable {
  /// Narinfos that were there.
  public var hits: Int64 = 0
  /// Narinfos that were not.
  public var misses: Int64 = 0
  /// Downloads of NARs.
  public var downloads: Int64 = 0
  /// Bytes of those.
  public var downloadedBytes: Int64 = 0
  /// Paths that were pushed.
  public var uploads: Int64 = 0
  /// Bytes of those, compressed.
  public var uploadedBytes: Int64 = 0
  /// Paths that were deleted to make room.
  public var collectedPaths: Int64 = 0
  /// Bytes of those, compressed.
  public var collectedBytes: Int64 = 0

  /// Nothing.
  public init() {}

  /// True where nothing was done.
  public var isNothing: Bool { self == CacheUse() }

  /// Adds what was done in another time.
  public static func += (left: inout CacheUse, right: CacheUse) {
    left.hits += right.hits
    left.misses += right.misses
    left.downloads += right.downloads
    left.downloadedBytes += right.downloadedBytes
    left.uploads += right.uploads
    left.uploadedBytes += right.uploadedBytes
    left.collectedPaths += right.collectedPaths
    left.collectedBytes += right.collectedBytes
  }
}

/// A public key that vouches for a cache's paths.
public struct CacheKey: Sendable, Hashable {
  /// The key's name and its 32 bytes.
  public var key: NarSignature
  /// True where the cache has the secret key too, and signs with it.
  public var signs: Bool
  /// When it was made or registered.
  public var createdAt: Timestamp
}

/// What somebody may do with a cache; each includes those before.
public enum CachePermission: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Reading paths.
  case read
  /// Pushing paths.
  case write
  /// Everything, as its owner may.
  case admin

  /// By how much they allow.
  public static func < (left: CachePermission, right: CachePermission) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}

/// A token for one cache, without its text.
public struct CacheToken: Sendable, Hashable {
  /// Names it.
  public var id: TokenID
  /// The cache.
  public var cache: CacheID
  /// What it opens.
  public var permission: CachePermission
  /// The owner's words.
  public var comment: String
  /// When it was made.
  public var createdAt: Timestamp
  /// When it was last used, to within some minutes.
  public var lastUsedAt: Timestamp?
}

/// A cache as somebody wants it.
public struct NewCache: Sendable, Hashable {
  /// Its name; see `BinaryCache.isName`.
  public var name: String
  /// True where anybody may read it.
  public var isPublic = true
  /// Nix asks caches with lower ones first; the public cache of Nix has 40.
  public var priority: Int64 = 40
  /// What clients are told to prefer.
  public var compression = NarInfo.Compression.zstd

  /// A public cache with this name.
  public init(name: String) { self.name = name }
}

/// What to change of a cache; nil leaves it as it is.
public struct CacheChange: Sendable, Hashable {
  /// Whether anybody may read it.
  public var isPublic: Bool?
  /// Nix asks caches with lower ones first.
  public var priority: Int64?
  /// What clients are told to prefer.
  public var compression: NarInfo.Compression?
  /// `BinaryCache.keepSeconds`; `.some(nil)` for ever.
  public var keepSeconds: Int64??
  /// `BinaryCache.keepBytes`; `.some(nil)` for all.
  public var keepBytes: Int64??

  /// No change.
  public init() {}
}

extension BinaryCache {
  /// Whether a cache may have this name: small letters, digits and dashes, at most 63, not beginning with a dash. `api`
  /// stands for something else in addresses.
  public static func isName(_ text: String) -> Bool {
    guard text != "api", (1...63).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
      default: false
      }
    }
  }
}

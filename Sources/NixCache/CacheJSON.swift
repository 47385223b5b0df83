internal import HTTPServer
internal import Model
internal import NixFormat
internal import Routing
internal import Store

/// How caches, their keys, tokens and paths are written; the field names are a contract.
extension JSONWriter {
  mutating func cache(_ cache: BinaryCache, _ request: HTTPRequest) {
    beginObject()
    field("name", cache.name)
    field("uri", request.address + "/cache/" + cache.name)
    field("public", cache.isPublic)
    field("priority", cache.priority)
    field("compression", cache.compression.rawValue)
    field("public_keys", cache.keys.map(\.key.description))
    field("paths", cache.pathCount)
    field("size", cache.byteCount)
    field("keep_seconds", cache.keepSeconds)
    field("keep_bytes", cache.keepBytes)
    key("statistics")
    use(cache.use)
    field("created_at", cache.createdAt)
    endObject()
  }

  private mutating func use(_ use: CacheUse) {
    beginObject()
    field("hits", use.hits)
    field("misses", use.misses)
    field("downloads", use.downloads)
    field("downloaded_bytes", use.downloadedBytes)
    field("uploads", use.uploads)
    field("uploaded_bytes", use.uploadedBytes)
    field("collected_paths", use.collectedPaths)
    field("collected_bytes", use.collectedBytes)
    endObject()
  }

  mutating func cacheKey(_ key: CacheKey) {
    beginObject()
    field("name", key.key.keyName)
    field("public_key", key.key.description)
    field("signs", key.signs)
    field("created_at", key.createdAt)
    endObject()
  }

  /// A token; `text` is the token itself, which is shown once, when it is made.
  mutating func cacheToken(_ token: CacheToken, text: String? = nil) {
    beginObject()
    field("id", token.id.rawValue)
    if let text { field("token", text) }
    field("permission", token.permission.rawValue)
    field("comment", token.comment)
    field("created_at", token.createdAt)
    field("last_used_at", token.lastUsedAt)
    endObject()
  }

  mutating func cachePath(_ path: CachePath) {
    beginObject()
    field("hash", path.path.hash)
    field("name", path.path.name)
    field("store_path", path.path.description)
    field("nar_hash", path.narHash.description)
    field("nar_size", path.narSize)
    field("file_hash", path.fileHash.hexadecimal)
    field("file_size", path.fileSize)
    field("compression", path.compression.rawValue)
    field("references", path.references.map(\.baseName))
    field("deriver", path.deriver?.baseName)
    field("signatures", path.signatures.map(\.description))
    field("pinned", path.isPinned)
    field("created_at", path.createdAt)
    field("last_used_at", path.usedAt)
    endObject()
  }
}

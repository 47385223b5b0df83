internal import CArchive

/// Archives of small trees of files, whole in memory: tar, compressed with zstd, by libarchive.
/// https://github.com/libarchive/libarchive/wiki/ManualPages
///
/// The same files give the same bytes: nothing of the machine, its users or its time is in them. Blocks for as long as
/// the compression takes.
public enum TarArchive {
  /// The files in the order given, each with the time `seconds` after the start of 1970, read by everybody and written
  /// by its owner.
  public static func zstd(_ files: [ArchivedFile], seconds: Int64) throws(ArchiveError) -> [UInt8] {
    guard let archive = archive_write_new() else { throw ArchiveError("no memory for an archive") }
    defer { archive_write_free(archive) }
    try check(archive_write_set_format_pax_restricted(archive), archive)
    // Names are bytes. Otherwise they would be translated to the locale's characters, which are ASCII in a program that
    // sets none, and the library ends the program over a long name that it cannot translate.
    try check(archive_write_set_options(archive, "hdrcharset=BINARY"), archive)
    try check(archive_write_add_filter_zstd(archive), archive)
    // Written to memory as it comes: no padding to a tape's record.
    try check(archive_write_set_bytes_per_block(archive, 0), archive)
    let sink = Sink()
    // Lives until the archive is freed, which is before this function returns.
    let context = Unmanaged.passUnretained(sink).toOpaque()
    try check(archive_write_open2(archive, context, nil, collect, nil, nil), archive)
    for file in files { try write(file, seconds, to: archive) }
    try check(archive_write_close(archive), archive)
    return sink.bytes
  }

  /// The regular files of an archive in any of libarchive's forms of tar, in its order. Refuses more than `limit` bytes
  /// of content, and more than `count` files.
  public static func files(
    in bytes: [UInt8], limit: Int = 256 << 20, count: Int = 100_000
  ) throws(ArchiveError) -> [ArchivedFile] {
    guard let archive = archive_read_new() else { throw ArchiveError("no memory for an archive") }
    defer { archive_read_free(archive) }
    try check(archive_read_support_format_tar(archive), archive)
    try check(archive_read_support_filter_zstd(archive), archive)
    let result: Result<[ArchivedFile], ArchiveError> = bytes.withUnsafeBytes { bytes in
      Result { () throws(ArchiveError) in
        try check(archive_read_open_memory(archive, bytes.baseAddress, bytes.count), archive)
        return try read(archive, limit: limit, count: count)
      }
    }
    return try result.get()
  }

  private static func write(_ file: ArchivedFile, _ seconds: Int64, to archive: OpaquePointer) throws(ArchiveError) {
    guard let entry = archive_entry_new() else { throw ArchiveError("no memory for an archive") }
    defer { archive_entry_free(entry) }
    archive_entry_copy_pathname(entry, file.path)
    archive_entry_set_size(entry, Int64(file.content.count))
    // AE_IFREG, which C spells with a cast that Swift does not import.
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_mtime(entry, time_t(seconds), 0)
    try check(archive_write_header(archive, entry), archive)
    let written = file.content.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
    guard written == file.content.count else { throw error(of: archive) }
  }

  private static func read(
    _ archive: OpaquePointer, limit: Int, count: Int
  ) throws(ArchiveError) -> [ArchivedFile] {
    var files: [ArchivedFile] = []
    var left = limit
    var entry: OpaquePointer?
    while true {
      let status = archive_read_next_header(archive, &entry)
      if status == ARCHIVE_EOF { return files }
      try check(status, archive)
      guard let entry, archive_entry_filetype(entry) == 0o100000,
        let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
      else { continue }
      guard files.count < count else { throw ArchiveError("the archive holds more than \(count) files") }
      let content = try content(of: archive, limit: left)
      left -= content.count
      files.append(ArchivedFile(path: String(cString: name), content: content))
    }
  }

  /// As much as there is: what an entry says of its size need not be true.
  private static func content(of archive: OpaquePointer, limit: Int) throws(ArchiveError) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
      if count == 0 { return content }
      guard count > 0 else { throw error(of: archive) }
      guard count <= limit - content.count else { throw ArchiveError("the archive holds more bytes than are read") }
      content += buffer.prefix(count)
    }
  }

  /// Warnings, as for a name in another spelling, are fine.
  private static func check(_ status: Int32, _ archive: OpaquePointer) throws(ArchiveError) {
    guard status >= ARCHIVE_WARN else { throw error(of: archive) }
  }

  private static func error(of archive: OpaquePointer) -> ArchiveError {
    ArchiveError("the archive: \(archive_error_string(archive).map { String(cString: $0) } ?? "unknown error")")
  }
}

private final class Sink {
  var bytes: [UInt8] = []
}

private func collect(
  _: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeRawPointer?, _ count: Int
) -> Int {
  guard let context, let bytes else { return -1 }
  Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().bytes += UnsafeRawBufferPointer(start: bytes, count: count)
  return count
}

internal import Programs

/// Reads the output of `git ls-tree -r -l -z` as it comes: `<mode> <type> <object> <size><TAB><path><NUL>`.
struct GitTreeParser {
  struct Full: Error {}

  private let limit: Int
  private(set) var entries: [TreeEntry] = []
  private var record: [UInt8] = []

  /// At most `limit` entries.
  init(limit: Int) { self.limit = limit }

  /// Takes the next bytes.
  mutating func take(_ bytes: [UInt8]) throws(Full) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0) {
      record += rest[..<end]
      if let entry = Self.entry(record[...]) {
        guard entries.count < limit else { throw Full() }
        entries.append(entry)
      }
      record.removeAll(keepingCapacity: true)
      rest = rest[(end + 1)...]
    }
    record += rest
  }

  private static func entry(_ record: ArraySlice<UInt8>) -> TreeEntry? {
    guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
    let fields = record[..<tab].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 4, let mode = UInt32(fields[0], radix: 8),
      let path = String(validating: record[(tab + 1)...], as: UTF8.self)
    else { return nil }
    // git writes `-` for what has no size.
    return TreeEntry(path: path, mode: mode, size: Int64(fields[3]) ?? 0)
  }
}

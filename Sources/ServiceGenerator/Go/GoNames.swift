/// Names of Go that are made from names of a service.
enum GoName {
  /// `ById` as `ByID`, `where_name` as `WhereName`: exported, with initialisms in capitals as Go's own code has them.
  static func exported(_ name: String) -> String {
    var bytes: [UInt8] = []
    for word in words(of: name) {
      let capitals = word.map(capital)
      let isInitialism = initialisms.contains(String(decoding: capitals, as: UTF8.self))
      bytes += isInitialism ? capitals[...] : capitals.prefix(1) + word.dropFirst()
    }
    return bytes.isEmpty ? "X" : String(decoding: bytes, as: UTF8.self)
  }

  /// `ById` as `byID`, `URLs` as `urls`: not exported. It may be a keyword; callers append to it.
  static func unexported(_ name: String) -> String {
    let exported = Array(exported(name).utf8)
    let count = exported.prefix { !isSmall($0) }.count
    // `IDOfUser`: the last capital belongs to the next word, unless only an s follows.
    let isPlural = exported[count...] == [UInt8(ascii: "s")]
    let length = count < 2 || count == exported.count || isPlural ? count : count - 1
    return String(decoding: exported[..<length].map(small) + exported[length...], as: UTF8.self)
  }

  /// `OrderItems` and `order_items` as `orderitems`, the name of a package and its folder, or of a file.
  static func package(_ name: String) -> String {
    let letters = name.utf8.filter(isAlphanumeric).map(small)
    return letters.first.map(isSmall) == true
      ? String(decoding: letters, as: UTF8.self) : "x" + String(decoding: letters, as: UTF8.self)
  }

  /// `SHOPDB_URL` as `ShopdbURL`, the field of the configuration for a variable of the environment.
  static func setting(_ variable: String) -> String {
    exported(String(decoding: variable.utf8.map(small), as: UTF8.self))
  }

  /// The words of a name: parted by underscores, and where a capital follows anything but one.
  private static func words(of name: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    for byte in name.utf8 {
      if !isAlphanumeric(byte) || (isCapital(byte) && word.last.map(isCapital) == false) {
        if !word.isEmpty { words.append(word) }
        word = []
      }
      if isAlphanumeric(byte) { word.append(byte) }
    }
    return word.isEmpty ? words : words + [word]
  }

  private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
  private static func isSmall(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isCapital(byte) || isSmall(byte) || (0x30...0x39).contains(byte)
  }
  private static func capital(_ byte: UInt8) -> UInt8 { isSmall(byte) ? byte & 0xDF : byte }
  private static func small(_ byte: UInt8) -> UInt8 { isCapital(byte) ? byte | 0x20 : byte }

  private static let initialisms: Set<String> = [
    "ACL", "API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GRPC", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON",
    "QPS",
    "RAM",
    "RPC", "SLA", "SMTP", "SQL", "SSH", "TCP", "TLS", "TTL", "UDP", "UI", "UID", "UUID", "URI", "URL", "UTF8", "VM",
    "XML",
  ]

  /// Names that generated code uses for something else: keywords, what Go declares itself, imported packages and
  /// variables. A component's package has none of them, nor have the fields for those that it calls.
  static let reserved: Set<String> = Set(
    """
    break case chan const continue default defer else fallthrough for func go goto if import interface map package range
    return select struct switch type var any append bool byte cap close complex complex64 complex128 copy delete error
    false float32 float64 imag int int8 int16 int32 int64 iota len make new nil panic print println real recover rune
    string true uint uint8 uint16 uint32 uint64 uintptr main internal vendor testdata init config entity platform api
    base64 bytes caller codes context credentials driver environment errors fault fmt grpc grpcapi health http httpapi httptest io
    journal json math metadata metrics middleware net os pb peer postgres postgrestest proto redis redisdb redistest reflect s3
    serve signal sort sql status strconv strings sync syscall testing time timestamppb url value answer arguments ask away begun body
    burst c checker code content count ctx data err failure files found got key level logger maximum method middlewares
    missed now options path period r registry reply request requests responses response result route router row run
    server settings sources stop store stub t told values w want wrote
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}

/// Names that were given, so that none is given twice.
struct GoScope {
  private var taken: Set<String>

  init(reserved: Set<String> = []) { taken = reserved }

  /// The name, with a number behind it where it is taken. Letters of either case count as the same.
  mutating func take(_ name: String) -> String {
    var free = name
    var number = 2
    while !taken.insert(free.lowercased()).inserted {
      free = name + "\(number)"
      number += 1
    }
    return free
  }
}

/// Names of Go that are made from names of a service.
enum GoName {
  /// `ById` as `ByID`, `where_name` as `WhereName`: exported, with initialisms in capitals as Go's own code has them.
  static func exported(_ name: String) -> String {
    let words = words(of: name).map { initialisms.contains($0.uppercased()) ? $0.uppercased() : capitalised($0) }
    return words.isEmpty ? "X" : words.joined()
  }

  /// `ById` as `byID`, `URLs` as `urls`: not exported. It may be a keyword; callers append to it.
  static func unexported(_ name: String) -> String {
    let exported = exported(name)
    let head = exported.prefix { $0.isUppercase || $0.isNumber }
    guard head.count > 1, head.count < exported.count else {
      return head.count == exported.count
        ? exported.lowercased() : head.lowercased() + exported.dropFirst(head.count)
    }
    // `IDOfUser`: the last capital belongs to the next word, unless only an s follows.
    let isPlural = exported.dropFirst(head.count) == "s"
    let length = isPlural ? head.count : head.count - 1
    return exported.prefix(length).lowercased() + exported.dropFirst(length)
  }

  /// `OrderItems` and `order_items` as `orderitems`, the name of a package and its folder, or of a file.
  static func package(_ name: String) -> String {
    let letters = name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return letters.first?.isLetter == true ? letters : "x" + letters
  }

  /// `SHOPDB_URL` as `ShopdbURL`, the field of the configuration for a variable of the environment.
  static func setting(_ variable: String) -> String { exported(variable.lowercased()) }

  /// The words of a name: parted by underscores, and where a capital follows a small letter.
  private static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    for character in name {
      let isBoundary = !character.isASCII || !(character.isLetter || character.isNumber)
      if isBoundary || (character.isUppercase && word.last?.isUppercase == false) {
        words.append(word)
        word = ""
      }
      if !isBoundary { word.append(character) }
    }
    words.append(word)
    return words.filter { !$0.isEmpty }
  }

  private static func capitalised(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

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

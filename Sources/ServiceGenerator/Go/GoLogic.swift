internal import ServiceModel

/// The package of a component of type `function`.
struct GoLogic {
  let component: GoComponent
  let service: GoService
  let clients: GoClients

  init(_ component: GoComponent, of service: GoService) {
    self.component = component
    self.service = service
    clients = GoClients(of: component, in: service)
  }

  /// The file and its test.
  var files: [GeneratedFile] { [main, tests].map { $0.generated(module: service.module) } }

  private var main: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package).go", package: component.package,
      comment: "Package \(component.package) is the component \(component.name): logic of its own.")
    file.use(clients.imports)
    if !clients.clients.isEmpty { file.use("context") }
    for interface in clients.interfaces { file.add(interface) }
    file.add(
      GoText.structure(
        "Logic", comment: "Logic is written by hand, and calls other components.", members: clients.members))
    file.add(
      """
      // New returns the component with those that it calls.
      \(GoText.constructor(clients.parameters, of: "Logic"))
      \treturn \(GoText.literal(of: "&Logic", clients.members.map { ($0.name, $0.name) }, indent: "\t"))
      }
      """)
    for method in component.methods {
      guard case .function(let body) = method.resolved.action else { continue }
      file.use("context")
      file.use(GoImports(service).used(in: body))
      file.addTypes(of: method, in: service)
      file.add(
        """
        // \(method.goName) is written by hand.
        func (c *Logic) \(method.goName)(ctx context.Context, request \(method.requestType)) (response \(method.responseType), err error) {
        \(GoBody(body).indented)}
        """)
    }
    return file
  }
}

/// The packages that Go code written by hand uses, told by the names before dots.
struct GoImports {
  private let paths: [String: String]

  init(_ service: GoService) {
    var paths = Self.standard
    paths["fault"] = service.platform("fault")
    paths["value"] = service.platform("value")
    paths["caller"] = service.platform("caller")
    paths["entity"] = service.module + "/entity"
    self.paths = paths
  }

  /// The paths of those that the code names. Names within texts and comments count as well where a dot follows; that is
  /// rare enough.
  func used(in code: String) -> Set<String> {
    var used: Set<String> = []
    var word = ""
    var isAfterDot = false
    for character in code.unicodeScalars {
      if character.properties.isAlphabetic || character.properties.numericType != nil || character == "_" {
        word.unicodeScalars.append(character)
        continue
      }
      if character == ".", !isAfterDot, let path = paths[word] { used.insert(path) }
      isAfterDot = character == "."
      word = ""
    }
    return used
  }

  private static let standard = Dictionary(
    """
    bufio bytes cmp container/heap container/list context crypto/hmac crypto/md5 crypto/rand crypto/sha1 crypto/sha256
    crypto/sha512 crypto/subtle encoding/base32 encoding/base64 encoding/binary encoding/csv encoding/hex encoding/json
    encoding/xml errors fmt hash/crc32 hash/fnv html io math math/big math/bits net net/http net/mail net/netip net/url path
    reflect regexp sort strconv strings sync sync/atomic text/template time unicode unicode/utf8
    """.split(whereSeparator: \.isWhitespace).map { path in
      (path.split(separator: "/").last.map(String.init) ?? String(path), String(path))
    }, uniquingKeysWith: { first, _ in first })
}

internal import ServiceModel

/// The package of a component of type `redis` or `file_storage`: values or files under keys.
struct GoKeyedStore {
  let component: GoComponent
  let service: GoService

  init(_ component: GoComponent, of service: GoService) {
    self.component = component
    self.service = service
  }

  /// The file and its test.
  var files: [GeneratedFile] { [main, tests].map { $0.generated(module: service.module) } }

  var isRedis: Bool { component.kind == .redis }
  /// The package of the platform, the type of its connections, and the field with them.
  private var platform: (package: String, type: String, field: String) {
    isRedis ? ("redisdb", "Store", "redis") : ("s3", "Bucket", "bucket")
  }

  private var main: GoFile {
    let source = component.resolved.dataSource ?? ""
    let what = isRedis ? "it keeps values in \(source)" : "it keeps files in \(source)"
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package).go", package: component.package,
      comment: "Package \(component.package) is the component \(component.name): \(what).")
    file.use(service.platform(platform.package))
    let (package, type, field) = platform
    file.add(
      """
      // Store keeps \(isRedis ? "values" : "files") in \(source).
      type Store struct {
      \t\(field) *\(package).\(type)
      }
      """)
    file.add(
      """
      // New returns the component on a \(isRedis ? "server" : "bucket").
      func New(\(field) *\(package).\(type)) *Store {
      \treturn &Store{\(field): \(field)}
      }
      """)
    for method in component.methods {
      guard let operation = GoOperation(method) else { continue }
      file.use("context")
      file.use(operation.imports.map { $0 == "value" ? service.platform("value") : $0 })
      file.addTypes(of: method, in: service)
      file.add(operation.key)
      file.add(operation.function)
    }
    return file
  }
}

/// A method of a component that keeps something under keys.
struct GoOperation {
  let method: GoMethod
  let template: KeyTemplate
  /// The packages that the key and the statements need.
  let imports: Set<String>
  private let keyText: String
  private let statements: [String]
  private let meaning: String

  init?(_ method: GoMethod) {
    self.method = method
    var needed: Set<String> = []
    let result = method.response.first?.goName ?? "Data"
    let data = "request." + (method.request.first { $0.name == "data" }?.goName ?? "Data")
    let key = "\(method.lower)Key(request)"
    let one = { (call: String) in
      ["var response \(method.responseType)", "err := \(call)", "return response, err"]
    }
    switch method.resolved.action {
    case .redis(.get(let template, _)):
      (self.template, meaning) = (template, "reads what is kept under the key, or fails where there is nothing")
      statements = one("c.redis.Get(ctx, \(key), &response.\(result))")
    case .redis(.set(let template, _, let seconds)):
      (self.template, meaning) = (template, "keeps the data under the key")
      if seconds != nil { needed.insert("time") }
      let life = seconds.map { GoText.duration(seconds: $0) } ?? "0"
      statements = ["return \(method.responseType){}, c.redis.Set(ctx, \(key), \(data), \(life))"]
    case .redis(.delete(let template)):
      (self.template, meaning) = (template, "forgets what is kept under the key, and counts it")
      statements = [
        "count, err := c.redis.Delete(ctx, \(key))", "return \(method.responseType){\(result): count}, err",
      ]
    case .file(.put(let template)):
      (self.template, meaning) = (template, "keeps a file under the key")
      statements = ["return \(method.responseType){}, c.bucket.Put(ctx, \(key), \(data))"]
    case .file(.get(let template)):
      (self.template, meaning) = (template, "reads the file under the key, or fails where there is none")
      statements = ["data, err := c.bucket.Get(ctx, \(key))", "return \(method.responseType){\(result): data}, err"]
    case .file(.delete(let template)):
      (self.template, meaning) = (template, "removes the file under the key, if there is one")
      statements = ["return \(method.responseType){}, c.bucket.Delete(ctx, \(key))"]
    case .file(.presign(let template, let seconds)):
      (self.template, meaning) = (template, "gives a URL by which anybody can read the file for a while")
      needed.insert("time")
      statements = [
        "url, err := c.bucket.Presign(\(key), \(GoText.duration(seconds: seconds)))",
        "return \(method.responseType){\(result): url}, err",
      ]
    default: return nil
    }
    let expression = template.expression(method.request)
    keyText = expression.text
    imports = expression.imports.union(needed)
  }

  /// The function that makes the key.
  var key: String {
    let parameter = keyText.contains("request.") ? "request" : "_"
    return """
      // \(method.lower)Key is where \(method.goName) looks.
      func \(method.lower)Key(\(parameter) \(method.requestType)) string {
      \treturn \(keyText)
      }
      """
  }

  /// The method in Go.
  var function: String {
    """
    // \(method.goName) \(meaning).
    func (c *Store) \(method.goName)(\(isPresign ? "_" : "ctx") context.Context, request \(method.requestType)) (\(method.responseType), error) {
    \(statements.map { "\t\($0)\n" }.joined())}
    """
  }

  /// True where no server is asked.
  var isPresign: Bool {
    if case .file(.presign) = method.resolved.action { true } else { false }
  }
}

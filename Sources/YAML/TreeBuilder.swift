/// Puts a node tree together from events. Never recursive, so that depth costs no stack.
struct TreeBuilder {
  private struct Frame {
    var mark: YAMLMark
    var isMapping: Bool
    var items: [YAMLNode] = []
    var entries: [YAMLEntry] = []
    var keys: Set<String> = []
    /// The key whose value comes next.
    var key: (text: String, mark: YAMLMark, isKept: Bool)?
  }

  private let limits: YAMLLimits
  private var frames: [Frame] = []
  private var nodes = 0
  private var documents = 0
  private(set) var root: YAMLNode?
  private(set) var problems: [YAMLProblem] = []

  init(limits: YAMLLimits) { self.limits = limits }

  /// Takes an event. Throws where reading on makes no sense.
  mutating func take(_ event: YAMLEvent) throws(YAMLProblem) {
    switch event.kind {
    case .documentStart: try beginDocument(event.mark)
    case .documentEnd, .streamEnd, .other: break
    case .alias(let name):
      try report("the alias '*\(name.shortened)' is not supported; write the value out", at: event.mark)
      try add(YAMLNode(.unusable, at: event.mark))
    case .scalar(let scalar):
      try check(event)
      try add(YAMLNode(.scalar(scalar), at: event.mark))
    case .sequenceStart: try open(event, isMapping: false)
    case .mappingStart: try open(event, isMapping: true)
    case .sequenceEnd, .mappingEnd: try close()
    }
  }

  private mutating func beginDocument(_ mark: YAMLMark) throws(YAMLProblem) {
    documents += 1
    if documents > 1 { throw YAMLProblem("the file must hold one document; a second begins here", at: mark) }
  }

  private mutating func open(_ event: YAMLEvent, isMapping: Bool) throws(YAMLProblem) {
    try check(event)
    guard frames.count < limits.depth else {
      throw YAMLProblem("lists and mappings are nested deeper than \(limits.depth) levels", at: event.mark)
    }
    frames.append(Frame(mark: event.mark, isMapping: isMapping))
  }

  private mutating func close() throws(YAMLProblem) {
    guard let frame = frames.popLast() else { return }
    try add(YAMLNode(frame.isMapping ? .mapping(frame.entries) : .sequence(frame.items), at: frame.mark))
  }

  private mutating func add(_ node: YAMLNode) throws(YAMLProblem) {
    nodes += 1
    guard nodes <= limits.nodes else {
      throw YAMLProblem("the file holds more than \(limits.nodes) values", at: node.mark)
    }
    guard let last = frames.indices.last else {
      root = node
      return
    }
    if !frames[last].isMapping {
      frames[last].items.append(node)
    } else if let key = frames[last].key {
      if key.isKept { frames[last].entries.append(YAMLEntry(key: key.text, at: key.mark, value: node)) }
      frames[last].key = nil
    } else {
      frames[last].key = try key(from: node, in: last)
    }
  }

  private mutating func key(from node: YAMLNode, in frame: Int) throws(YAMLProblem) -> (String, YAMLMark, Bool) {
    guard let scalar = node.scalar else {
      if node.content != .unusable { try report("a key must be text", at: node.mark) }
      return ("", node.mark, false)
    }
    if scalar.text == "<<", scalar.isPlain {
      try report("the merge key '<<' is not supported; write the keys out", at: node.mark)
      return (scalar.text, node.mark, false)
    }
    let isNew = frames[frame].keys.insert(scalar.text).inserted
    if !isNew { try report("the key '\(scalar.text.shortened)' is there already", at: node.mark) }
    return (scalar.text, node.mark, isNew)
  }

  /// Refuses tags that would change what a value is.
  private mutating func check(_ event: YAMLEvent) throws(YAMLProblem) {
    guard let tag = event.tag, tag != "!" else { return }
    let prefix = "tag:yaml.org,2002:"
    if ["str", "seq", "map"].contains(where: { tag == prefix + $0 }) { return }
    let name = tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    try report("the tag '\(name.shortened)' is not supported; remove it", at: event.mark)
  }

  private mutating func report(_ message: String, at mark: YAMLMark) throws(YAMLProblem) {
    let problem = YAMLProblem(message, at: mark)
    guard problems.count + 1 < limits.problems else { throw problem }
    problems.append(problem)
  }
}

extension StringProtocol {
  /// Fit for a message: at most 60 characters, control characters as `?`.
  var shortened: String {
    var line = ""
    for scalar in unicodeScalars.prefix(60) {
      let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
      line.unicodeScalars.append(isControl ? "?" : scalar)
    }
    return unicodeScalars.count > 60 ? line + "..." : line
  }
}

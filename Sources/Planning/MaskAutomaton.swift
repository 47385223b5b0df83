/// The values to look for, as a trie with failure links (A. Aho, M. Corasick: Efficient string matching, 1975): one
/// pass over the text finds every occurrence of every value, however they overlap.
///
/// Children are linked lists rather than tables, so that a private key of a few kilobytes costs a few hundred and not
/// megabytes; the root, where nearly all of a log is spent, has a table.
struct MaskAutomaton: Sendable {
  private struct Node {
    var byte: UInt8
    var firstChild: Int32 = 0
    var nextSibling: Int32 = 0
    var failure: Int32 = 0
    var depth: Int32
    /// Length of the longest value that ends here; 0 for none.
    var found: Int32 = 0
  }

  private var nodes: [Node] = [Node(byte: 0, depth: 0)]
  private var roots = [Int32](repeating: 0, count: 256)
  /// A bit for each two bytes that a value may begin with: what lets nearly all of a log pass without a closer look.
  private var pairs = [UInt64](repeating: 0, count: 1024)

  /// True where there is nothing to look for.
  var isEmpty: Bool { nodes.count == 1 }

  init(_ values: [[UInt8]]) {
    for value in values { insert(value) }
    link()
  }

  /// The first index from `start` on where a value may begin; the end where there is none.
  func firstBeginning(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard start < bytes.count else { return bytes.count }
    return pairs.withUnsafeBufferPointer { pairs in
      var index = start
      var pair = Int(bytes[index])
      while index + 1 < bytes.count {
        pair = (pair & 0xff) << 8 | Int(bytes[index + 1])
        if pairs[pair >> 6] >> UInt64(pair & 63) & 1 != 0 { return index }
        index += 1
      }
      return roots[Int(bytes[index])] != 0 ? index : bytes.count
    }
  }

  /// How many of the last bytes are the beginning of a value.
  @inline(__always) func depth(_ state: Int32) -> Int { Int(nodes[Int(state)].depth) }
  /// The length of the longest value that the last bytes are; 0 for none.
  @inline(__always) func found(_ state: Int32) -> Int { Int(nodes[Int(state)].found) }

  /// The state after one more byte. Amortised constant: each step back along `failure` gives up depth won before.
  func next(_ state: Int32, _ byte: UInt8) -> Int32 {
    var state = state
    while state != 0 {
      let child = child(state, byte)
      if child != 0 { return child }
      state = nodes[Int(state)].failure
    }
    return roots[Int(byte)]
  }

  private func child(_ state: Int32, _ byte: UInt8) -> Int32 {
    if state == 0 { return roots[Int(byte)] }
    var child = nodes[Int(state)].firstChild
    while child != 0 && nodes[Int(child)].byte != byte { child = nodes[Int(child)].nextSibling }
    return child
  }

  private mutating func insert(_ value: [UInt8]) {
    var state: Int32 = 0
    for byte in value {
      let existing = child(state, byte)
      state = existing != 0 ? existing : add(byte, to: state)
    }
    if state != 0 { nodes[Int(state)].found = nodes[Int(state)].depth }
    guard let first = value.first else { return }
    for second in value.count > 1 ? value[1]...value[1] : 0...255 {
      let pair = Int(first) << 8 | Int(second)
      pairs[pair >> 6] |= 1 << UInt64(pair & 63)
    }
  }

  private mutating func add(_ byte: UInt8, to parent: Int32) -> Int32 {
    let new = Int32(nodes.count)
    var node = Node(byte: byte, depth: nodes[Int(parent)].depth + 1)
    node.nextSibling = nodes[Int(parent)].firstChild
    nodes.append(node)
    nodes[Int(parent)].firstChild = new
    if parent == 0 { roots[Int(byte)] = new }
    return new
  }

  /// Sets each node's failure link: the longest end of its text that also begins a value. By breadth, because a
  /// node's link needs those of all shorter texts.
  private mutating func link() {
    var queue: [Int32] = [0]
    var head = 0
    while head < queue.count {
      let parent = queue[head]
      head += 1
      var child = nodes[Int(parent)].firstChild
      while child != 0 {
        let failure = parent == 0 ? 0 : next(nodes[Int(parent)].failure, nodes[Int(child)].byte)
        nodes[Int(child)].failure = failure
        nodes[Int(child)].found = max(nodes[Int(child)].found, nodes[Int(failure)].found)
        queue.append(child)
        child = nodes[Int(child)].nextSibling
      }
    }
  }
}

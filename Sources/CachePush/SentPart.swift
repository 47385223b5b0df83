/// A part of an upload that has arrived.
struct SentPart: Sendable, Encodable {
  var partNumber: Int
  var eTag: String
}

/// How many parts of one upload are on their way at once.
private let partsAtOnce = 4

/// Sends the parts as they come, a few at once. Returns them in order; throws what the first that fails throws.
func sendParts<Parts: AsyncSequence & Sendable>(
  _ parts: Parts, _ send: @escaping @Sendable (NarPart) async throws -> SentPart
) async throws -> [SentPart] where Parts.Element == NarPart {
  try await withThrowingTaskGroup(of: SentPart.self) { group in
    var sent: [SentPart] = []
    var underWay = 0
    for try await part in parts {
      if underWay == partsAtOnce, let done = try await group.next() {
        sent.append(done)
        underWay -= 1
      }
      group.addTask { try await send(part) }
      underWay += 1
    }
    for try await done in group { sent.append(done) }
    return sent.sorted { $0.partNumber < $1.partNumber }
  }
}

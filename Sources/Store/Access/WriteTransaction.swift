/// A body that waits for the writer.
struct WriteBody: Sendable {
  /// What is called once the transaction's fate is known: nil where it was committed.
  typealias Delivery = @Sendable (DatabaseError?) -> Void
  /// What a body did: its own error where it threw, and how to hand over its result.
  struct Finished {
    var error: (any Error)?
    var deliver: Delivery
  }

  /// Runs it.
  let perform: @Sendable (any DatabaseConnection) -> Finished
  /// Answers with an error without running it.
  let refuse: @Sendable (any Error) -> Void

  init<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result,
    _ continuation: CheckedContinuation<Result, any Error>
  ) {
    refuse = { continuation.resume(throwing: $0) }
    perform = { connection in
      do {
        let result = try body(connection)
        return Finished(error: nil) { lost in
          if let lost { continuation.resume(throwing: lost) } else { continuation.resume(returning: result) }
        }
      } catch {
        return Finished(error: error) { _ in continuation.resume(throwing: error) }
      }
    }
  }
}

/// Carries out a group of bodies.
enum WriteTransaction {
  /// Runs all of them, in one transaction unless a failure ends it early; then the rest has another.
  static func perform(_ group: [WriteBody], on connection: any WriterConnection) {
    var rest = group[...]
    while !rest.isEmpty {
      let attempted = rest
      var deliveries: [WriteBody.Delivery] = []
      var failure: DatabaseError?
      do {
        try run(&rest, &deliveries, connection)
      } catch {
        // Whatever the failure was, nothing of this transaction is to stay.
        if connection.isInTransaction { _ = try? connection.execute("ROLLBACK", []) }
        if connection.mayRepeat(after: error) {
          rest = attempted
          continue
        }
        failure = error as? DatabaseError ?? DatabaseError(code: .other, message: "\(error)")
      }
      for deliver in deliveries { deliver(failure) }
    }
  }

  /// Takes bodies from `rest` and runs them up to the commit. Throws where none of them is to stay.
  private static func run(
    _ rest: inout ArraySlice<WriteBody>, _ deliveries: inout [WriteBody.Delivery], _ connection: any WriterConnection
  ) throws {
    do {
      try connection.begin()
    } catch {
      if connection.mayRepeat(after: error) { return }
      for body in rest { body.refuse(error) }
      rest = []
      return
    }
    while let body = rest.popFirst() {
      do {
        try connection.execute("SAVEPOINT body", [])
      } catch {
        deliveries.append { body.refuse($0 ?? error) }
        throw error
      }
      let finished = body.perform(connection)
      deliveries.append(finished.deliver)
      if let error = finished.error {
        // A full disk may have rolled back everything, and with it what the bodies before had done.
        guard connection.isInTransaction else { throw error }
        try connection.execute("ROLLBACK TO body", [])
      }
      try connection.execute("RELEASE body", [])
    }
    try connection.commit()
  }
}

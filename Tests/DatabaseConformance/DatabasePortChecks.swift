import Store
import Testing

extension ConformanceCheck {
  static let databasePort: [ConformanceCheck] = [
    ConformanceCheck("gives back every kind of value as it was") { database in
      let bytes = database.dialect.bytes
      let values: [DatabaseValue] = [
        .integer(.min), .text("æ\n\"'$1"), .text(""), .bytes([0, 255, 1]), .bytes([]), .null,
      ]
      try await database.write { connection in
        try connection.execute("CREATE TABLE t (i BIGINT, s TEXT, e TEXT, b \(bytes), z \(bytes), n TEXT)", [])
        try connection.execute("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)", values)
      }
      try await database.read { connection in
        try connection.query("SELECT i, s, e, b, z, n FROM t", []) { row in
          #expect(row.integer(0) == .min)
          #expect(row.text(1) == "æ\n\"'$1")
          #expect(row.text(2) == "")
          #expect(row.bytes(3) == [0, 255, 1])
          #expect(row.bytes(4) == [])
          #expect(row.text(5) == nil && row.integer(5) == nil && row.bytes(5) == nil)
          #expect(row.integer(1) == nil && row.text(0) == nil && row.integer(99) == nil && row.text(-1) == nil)
        }
      }
    },
    ConformanceCheck("takes parameters in any order and more than once") { database in
      let found = try await database.read { connection in
        var found: [String] = []
        try connection.query(
          "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)", [.text("one"), .text("two")]
        ) { row in found = (0..<3).compactMap { row.text($0) } }
        return found
      }
      #expect(found == ["two", "one", "two"])
    },
    ConformanceCheck("refuses a wrong number of parameters") { database in
      await #expect(throws: DatabaseError.self) {
        try await database.read { try $0.query("SELECT CAST($1 AS TEXT)", []) { _ in } }
      }
    },
    ConformanceCheck("counts the rows that a statement changed") { database in
      let counts = try await database.write { connection in
        try connection.execute("CREATE TABLE t (i BIGINT)", [])
        return try [
          connection.execute("INSERT INTO t VALUES (1), (2), (3)", []),
          connection.execute("UPDATE t SET i = 7 WHERE i > $1", [.integer(1)]),
          connection.execute("UPDATE t SET i = 7 WHERE i > $1", [.integer(100)]),
          connection.execute("DELETE FROM t", []),
        ]
      }
      #expect(counts == [3, 2, 0, 3])
    },
    ConformanceCheck("undoes a body that throws, and only that") { database in
      _ = try await database.write { try $0.execute("CREATE TABLE t (i BIGINT)", []) }
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<200 {
          group.addTask {
            let result = try? await database.write { connection -> Int in
              try connection.execute("INSERT INTO t VALUES ($1)", [.integer(Int64(number))])
              if number.isMultiple(of: 3) { throw Refused() }
              return number
            }
            return (result == nil) == number.isMultiple(of: 3)
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.allSatisfy { $0 })
      let kept = try await database.read { connection in
        var kept: Set<Int64> = []
        try connection.query("SELECT i FROM t", []) { kept.insert($0.integer(0) ?? -1) }
        return kept
      }
      #expect(kept == Set((0..<200).filter { !$0.isMultiple(of: 3) }))
    },
    ConformanceCheck("says that a constraint was broken, and goes on") { database in
      _ = try await database.write { try $0.execute("CREATE TABLE t (i BIGINT NOT NULL PRIMARY KEY)", []) }
      let error = await #expect(throws: DatabaseError.self) {
        try await database.write { try $0.execute("INSERT INTO t VALUES (1), (1)", []) }
      }
      #expect(error?.code == .constraint)
      try await database.write { _ = try $0.execute("INSERT INTO t VALUES (1)", []) }
    },
    ConformanceCheck("a read cannot write") { database in
      _ = try await database.write { try $0.execute("CREATE TABLE t (i BIGINT)", []) }
      await #expect(throws: DatabaseError.self) { try await database.read { _ = try $0.execute("DELETE FROM t", []) } }
    },
    ConformanceCheck("an error of a reading body is handed on, and the next read works") { database in
      await #expect(throws: Refused()) { try await database.read { _ in throw Refused() } }
      let next = try await database.read { _ in 1 }
      #expect(next == 1)
    },
    ConformanceCheck("a statement can be used inside its own result") { database in
      try await database.write { connection in
        try connection.execute("CREATE TABLE t (i BIGINT)", [])
        try connection.execute("INSERT INTO t VALUES (1), (2)", [])
      }
      let pairs = try await database.read { connection in
        var pairs: [Int64] = []
        try connection.query("SELECT i FROM t ORDER BY i", []) { outer in
          let left = outer.integer(0) ?? 0
          try connection.query("SELECT i FROM t ORDER BY i", []) { pairs.append(left * 10 + ($0.integer(0) ?? 0)) }
        }
        return pairs
      }
      #expect(pairs == [11, 12, 21, 22])
    },
    ConformanceCheck("refuses every call after it was closed, and closing twice is fine") { database in
      await database.close()
      await database.close()
      let read = await #expect(throws: DatabaseError.self) { try await database.read { _ in } }
      let write = await #expect(throws: DatabaseError.self) { try await database.write { _ in } }
      #expect(read?.code == .closed && write?.code == .closed)
    },
  ]
}

internal import ServiceModel

extension GoStore {
  /// The tests of all methods, on a database that answers as it is told.
  var tests: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package)_test.go", package: component.package)
    guard !queries.isEmpty else { return file }
    file.use(["context", "database/sql/driver", "io", "reflect", "testing"])
    file.use([service.platform("fault"), service.platform("postgres/postgrestest")])
    file.add(Self.asking)
    for table in tables { addRow(of: table, to: &file) }
    for query in queries { file.add(test(query, in: &file)) }
    GoSamples(service: service).addRows(to: &file)
    return file
  }

  private static let asking = """
    // ask calls a method on a database that gives an answer, and returns what the database was asked.
    func ask[Request, Response any](
    \tt *testing.T, answer postgrestest.Answer,
    \tmethod func(*Store, context.Context, Request) (Response, error), request Request,
    ) (Response, []driver.Value, error) {
    \tt.Helper()
    \tdatabase, pool := postgrestest.New(t, answer)
    \tresponse, err := method(New(pool), context.Background(), request)
    \tcalls := database.Calls()
    \tif len(calls) != 1 {
    \t\tt.Fatalf("the database was asked %d times", len(calls))
    \t}
    \treturn response, calls[0].Arguments, err
    }

    // away is the answer of a database that is away.
    var away = postgrestest.Answer{Err: io.ErrUnexpectedEOF}
    """

  private func addRow(of table: GoTable, to file: inout GoFile) {
    let names = table.columns.map { GoText.quoted($0.name) }.joined(separator: ", ")
    let values = table.columns.enumerated().map { index, column in
      column.type.scalar.map(GoSample(index + 1).driver) ?? "nil"
    }
    file.add(
      """
      // \(table.lower)Answer is a row of the table \(table.name) as the database gives it.
      var \(table.lower)Answer = postgrestest.Answer{
      \tColumns: []string{\(names)},
      \tRows:    [][]driver.Value{{\(values.joined(separator: ", "))}},
      }
      """)
    file.use(values.contains { $0.hasPrefix("time.") } ? ["time"] : [])
  }

  private func test(_ query: GoQuery, in file: inout GoFile) -> String {
    let samples = GoSamples(service: service)
    let method = query.method
    let request = "\(method.requestType){\(samples.literals(method.request, in: &file))}"
    let (answer, result) = answer(query, in: &file)
    let arguments = query.arguments.map { argument in
      let number = (method.request.firstIndex { $0.name == argument.name } ?? 0) + 1
      return argument.type.scalar.map(GoSample(number).argument) ?? "nil"
    }
    file.use(arguments.contains { $0.hasPrefix("time.") } ? ["time"] : [])
    let checksArguments =
      arguments.isEmpty
      ? "len(arguments) != 0"
      : "want := []driver.Value{\(arguments.joined(separator: ", "))}; !reflect.DeepEqual(arguments, want)"
    return """
      func Test\(method.goName)(t *testing.T) {
      \trequest := \(request)
      \tresponse, arguments, err := ask(t, \(answer), (*Store).\(method.goName), request)
      \tif want := (\(method.responseType){\(result)}); err != nil || !reflect.DeepEqual(response, want) {
      \t\tt.Errorf("got %+v, %v", response, err)
      \t}
      \tif \(checksArguments) {
      \t\tt.Errorf("asked with %v", arguments)
      \t}
      \(missing(query))\tif _, _, err := ask(t, away, (*Store).\(method.goName), request); !fault.Is(err, fault.Unavailable) {
      \t\tt.Errorf("a database that is away: %v", err)
      \t}
      }
      """
  }

  /// What the database answers, and the fields of the response that follow from it.
  private func answer(_ query: GoQuery, in file: inout GoFile) -> (answer: String, result: String) {
    guard let field = query.method.response.first else { return ("postgrestest.Answer{}", "") }
    let column = "postgrestest.Answer{Columns: []string{\"value\"}, Rows: [][]driver.Value{{%}}}"
    switch query.outcome {
    case .row, .rows:
      let literal = GoSamples(service: service).literal(field, 1, in: &file)
      return ("\(query.row?.lower ?? "")Answer", "\(field.goName): \(literal)")
    case .value(let scalar), .values(let scalar):
      let literal = GoSamples(service: service).literal(field, 3, in: &file)
      return (column.replacingOccurrences(of: "%", with: GoSample(3).driver(scalar)), "\(field.goName): \(literal)")
    case .counted: return (column.replacingOccurrences(of: "%", with: "int64(3)"), "\(field.goName): 3")
    case .affected: return ("postgrestest.Answer{Affected: 3}", "\(field.goName): 3")
    }
  }

  /// What follows where there is no row.
  private func missing(_ query: GoQuery) -> String {
    guard query.method.resolved.canMiss else { return "" }
    return """
      \tif _, _, err := ask(t, postgrestest.Answer{}, (*Store).\(query.method.goName), request); !fault.Is(err, fault.NotFound) {
      \t\tt.Errorf("no row: %v", err)
      \t}

      """
  }
}

extension GoQuery {
  var outcome: SQLOutcome { query.outcome }
}

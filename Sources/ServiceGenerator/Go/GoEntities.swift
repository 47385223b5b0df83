internal import ServiceModel

/// The files of `entity`: a type for the rows of each table.
enum GoEntities {
  static func files(of service: GoService) -> [GeneratedFile] {
    service.tables.enumerated().map { index, table in
      var file = GoFile(
        path: "entity/\(table.file).go", package: "entity",
        comment: index == 0 ? "Package entity has the rows of the tables." : "")
      file.use(service.imports(of: table.columns))
      file.add(
        GoText.structure(
          table.goName, comment: "\(table.goName) is a row of the table \(table.name).",
          members: GoField.members(table.columns)))
      return file.generated(module: service.module)
    }
  }
}

/// Columns of text, each as wide as its widest cell. Pure.
struct TextTable {
  struct Cell {
    var text: String
    var paint: (@Sendable (String) -> String)?
    init(_ text: String, paint: (@Sendable (String) -> String)? = nil) {
      // Here, because the columns are measured by what is shown.
      self.text = BuildRenderer.safe(text)
      self.paint = paint
    }
  }

  let header: [String]
  /// Columns of the terminal that the last cell of a row is cut to; nil cuts nothing.
  let width: Int?
  private var rows: [[Cell]] = []

  init(_ header: [String], width: Int? = nil) {
    self.header = header
    self.width = width
  }

  mutating func add(_ cells: [Cell]) { rows.append(cells) }

  /// The table with its header, every line ended.
  func text(_ style: Style) -> String {
    let all = [header.map { Cell($0, paint: { style.dim($0) }) }] + rows
    let widths = header.indices.map { column in all.map { $0[column].text.count }.max() ?? 0 }
    return all.map { line($0, widths) + "\n" }.joined()
  }

  private func line(_ cells: [Cell], _ widths: [Int]) -> String {
    var line = ""
    var used = 0
    for (column, cell) in cells.enumerated() {
      let isLast = column == cells.count - 1
      var text = cell.text
      if isLast, let width, used + text.count > width { text = text.prefix(max(1, width - used - 1)) + "…" }
      let padding = isLast ? 0 : widths[column] - text.count + 2
      line += (cell.paint?(text) ?? text) + (isLast ? "" : String(repeating: " ", count: padding))
      used += text.count + padding
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

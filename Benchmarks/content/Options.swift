/// What to measure.
struct Options {
  enum Command: String { case log, artifact, messages }

  var command: Command
  var megabytes: Int
  var chunkKiB = 128
  var rounds = 5
  var folder = "/tmp"

  /// Nil where the arguments make no sense.
  init?(_ arguments: [String]) {
    guard let first = arguments.first, let command = Command(rawValue: first), arguments.count % 2 == 1 else {
      return nil
    }
    self.command = command
    megabytes = command == .artifact ? 500 : 100
    for index in stride(from: 1, to: arguments.count, by: 2) {
      let value = arguments[index + 1]
      if arguments[index] == "--folder" {
        folder = value
        continue
      }
      guard let number = Int(value), (1...100_000).contains(number) else { return nil }
      switch arguments[index] {
      case "--megabytes": megabytes = number
      case "--chunk": chunkKiB = number
      case "--rounds": rounds = number
      default: return nil
      }
    }
  }
}

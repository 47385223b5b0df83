internal import Files
internal import Model
internal import Results

/// Looks for compilers' messages in a log of which every thousandth line is one, a chunk at a time, and compares with
/// counting its lines.
func messageFigures(_ options: Options, _ workspace: Workspace) throws -> String {
  try workspace.fill(megabytes: options.megabytes) { number in
    var block = logBlock(number)
    let message = Array("src/module\(number).c:12:5: warning: unused variable 'i' [-Wunused-variable]\n".utf8)
    for line in 1..<10 { block.replaceSubrange((line * 90_000)..<(line * 90_000 + message.count), with: message) }
    return block
  }
  let file = try FileDescriptor.open(workspace.source)
  let chunk = options.chunkKiB << 10
  var (own, references): ([Double], [Double]) = ([], [])
  var found: Int64 = 0
  for _ in 1...options.rounds {
    references.append(try workspace.reference("wc -l source > /dev/null"))
    var scanner = MessageScanner(workspace: "/workspace")
    var (offset, spent): (Int64, Double) = (0, 0)
    while true {
      let bytes = try file.read(count: chunk, at: offset)
      if bytes.isEmpty { break }
      offset += Int64(bytes.count)
      spent += milliseconds { scanner.scan(bytes) }
    }
    own.append(spent)
    found = scanner.counts.warnings
  }
  return "messages: \(options.megabytes) MB in \(options.chunkKiB) KiB: \(rounded(median(own))) ms, wc -l"
    + " \(rounded(median(references))) ms, ratio \(rounded(median(own) / median(references), 2)); \(found) warnings;"
    + " peak \(rounded(try peakMegabytes())) MB"
}

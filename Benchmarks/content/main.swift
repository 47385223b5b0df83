internal import Glibc

// Figures for logs and artifacts, each beside what the system's own tools need for the same bytes in the same run.
let usage = """
  usage: wright-bench log|artifact|messages [--megabytes N] [--chunk KIB] [--rounds N] [--folder DIR]
    log       appends N MB (100) in chunks of KIB (128), ended; against cat into a file, synchronised
    artifact  stores N MB (500), hashed twice; against cp, then sha256sum
    messages  looks for compilers' messages in N MB (100) in chunks of KIB (128); against wc -l
  All work in DIR (/tmp), alternate with the reference, and report the median of the rounds (5).
  """

guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
  print(usage)
  exit(2)
}
do {
  let workspace = try Workspace(in: options.folder)
  defer { workspace.remove() }
  switch options.command {
  case .log: print(try await logFigures(options, workspace))
  case .artifact: print(try await artifactFigures(options, workspace))
  case .messages: print(try messageFigures(options, workspace))
  }
} catch {
  print("wright-bench: \(error)")
  exit(1)
}

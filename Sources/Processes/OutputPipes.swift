internal import CLinux
internal import Files
internal import Glibc

/// The pipes for a program's output.
struct OutputPipes {
  let output: ProcessOutput?
  let errorOutput: ProcessOutput?
  /// What becomes descriptors 1 and 2. Closed here when this value goes.
  let writing: [FileDescriptor]

  init(_ kind: ProcessSpecification.Output, program: String) throws(ProcessError) {
    switch kind {
    case .merged:
      let pipe = try Self.makePipe(program)
      (output, errorOutput, writing) = (pipe.output, nil, [pipe.writing, pipe.writing])
    case .separate:
      let first = try Self.makePipe(program)
      let second = try Self.makePipe(program)
      (output, errorOutput, writing) = (first.output, second.output, [first.writing, second.writing])
    case .discard:
      let null = try SpawnRequest.null(O_WRONLY, program)
      (output, errorOutput, writing) = (nil, nil, [null, null])
    }
  }

  private static func makePipe(_ program: String) throws(ProcessError) -> (
    output: ProcessOutput, writing: FileDescriptor
  ) {
    var ends: [Int32] = [-1, -1]
    guard wright_make_pipe(&ends, Int32(ProcessOutput.readLimit)) == 0 else {
      throw ProcessError("make a pipe for", program)
    }
    let output = ProcessOutput(owning: ends[0], program: program)
    let writing = FileDescriptor(owning: ends[1], path: "pipe")
    return (output, writing)
  }
}

internal import CLinux
internal import Files
internal import Glibc

/// A specification as the C side takes it. Used on the thread that starts programs, from beginning to end, so that no
/// supervisor that is forked meanwhile gets a copy of the pipes' writing ends.
struct SpawnRequest {
  let specification: ProcessSpecification

  func start() throws(ProcessError) -> RunningProcess {
    let program = specification.executable
    let pipes = try OutputPipes(specification.output, program: program)
    let input = try openInput()
    let descriptors = [input.raw] + pipes.writing.map(\.raw) + specification.additionalDescriptors.map(\.raw)
    var identifier: pid_t = 0
    var pidfd: Int32 = -1
    let error = try spawn(descriptors, &identifier, &pidfd)
    guard error == 0 else { throw ProcessError("start", program, code: error) }
    let process = RunningProcess(
      identifier: identifier, pidfd: pidfd, supervised: specification.supervised, output: pipes.output,
      errorOutput: pipes.errorOutput)
    do { try process.watchEnd() } catch {
      // Nobody would notice its end.
      process.kill()
      _ = waitpid(identifier, nil, 0)
      throw error
    }
    return process
  }

  private func spawn(_ descriptors: [Int32], _ identifier: inout pid_t, _ pidfd: inout Int32) throws(ProcessError)
    -> Int32
  {
    let path = try ExecutableSearch.find(specification.executable, environment: specification.environment)
    let arguments = try CStrings([specification.executable] + specification.arguments, program: path)
    let environment = try CStrings(variables(), program: path)
    let directory = try CStrings([path, specification.workingDirectory ?? "/"], program: path)
    guard let executable = directory.pointers[0], let folder = directory.pointers[1],
      descriptors.count <= Int(WRIGHT_SPAWN_DESCRIPTORS)
    else { return EINVAL }
    return descriptors.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return EINVAL }
      var request = wright_spawn_request(
        executable: executable, arguments: arguments.pointers, environment: environment.pointers, directory: folder,
        descriptors: base, descriptor_count: Int32(buffer.count), out_of_memory_score: specification.outOfMemoryScore,
        niceness: specification.niceness,
        process_limit: specification.processLimit.map { Int64(clamping: $0) } ?? -1,
        supervised: specification.supervised ? 1 : 0)
      return wright_spawn(&request, &identifier, &pidfd)
    }
  }

  private func variables() -> [String] {
    var seen: [String: Int] = [:]
    var result: [String] = []
    for (name, value) in specification.environment {
      if let index = seen[name] {
        result[index] = name + "=" + value
      } else {
        seen[name] = result.count
        result.append(name + "=" + value)
      }
    }
    return result
  }

  private func openInput() throws(ProcessError) -> FileDescriptor {
    switch specification.standardInput {
    case .null: return try Self.null(O_RDONLY, specification.executable)
    case .file(let file): return file
    case .bytes(let bytes):
      // Kept in memory: a pipe would need a writer, and a program that does not read would stall it.
      do { return try FileDescriptor.inMemory(bytes, name: "standard-input") } catch {
        throw ProcessError("make the input of", specification.executable, code: error.code)
      }
    }
  }

  static func null(_ flags: Int32, _ program: String) throws(ProcessError) -> FileDescriptor {
    let raw = open("/dev/null", flags | O_CLOEXEC)
    guard raw >= 0 else { throw ProcessError("open /dev/null for", program) }
    return FileDescriptor(owning: raw, path: "/dev/null")
  }
}

/// An array of C strings that ends with NULL.
private final class CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [String], program: String) throws(ProcessError) {
    guard strings.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw ProcessError("give an argument or a variable with a NUL byte to", program, code: EINVAL)
    }
    count = strings.count + 1
    pointers = .allocate(capacity: count)
    for (index, string) in strings.enumerated() { pointers.advanced(by: index).initialize(to: strdup(string)) }
    pointers.advanced(by: strings.count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { free(pointers[index]) }
    pointers.deallocate()
  }
}

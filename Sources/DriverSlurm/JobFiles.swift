internal import Drivers
internal import Files
internal import Model

/// The files of one job, in a folder of its own that agent and node share. All methods block.
struct JobFiles: Sendable {
  /// The folder.
  let folder: String

  /// What the job's programs write, and what Slurm itself says of the job.
  var output: String { folder + "/output" }
  var log: String { folder + "/slurm" }
  private var status: String { folder + "/status" }

  /// Makes the folder and what the job is begun by. Variables are in a file that only this user can read, and that is gone
  /// before the script begins.
  static func make(
    _ folder: String, script: Script, workspace: String, environment: [EnvironmentVariable]
  ) throws -> JobFiles {
    let files = JobFiles(folder: folder)
    try FileTree.makeNewDirectory(folder)
    let interpreter = Interpreter(of: script.text)
    let start = LaunchScript.text(
      environment: environment, folder: workspace,
      command: [interpreter.program] + interpreter.arguments + [folder + "/" + script.name + ".script"])
    try write(script.text, to: folder + "/" + script.name + ".script")
    try write(Array("rm -f \(LaunchScript.quoted(folder + "/start"))\n".utf8) + start, to: folder + "/start")
    try write(Array(files.launcher.utf8), to: folder + "/launch")
    try write([], to: files.output)
    return files
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    try FileDescriptor.open(path, .createNew(permissions: 0o600)).write(bytes, at: 0)
  }

  /// The batch script. Slurm keeps a copy of it: it has nothing but a path.
  var batchScript: String { "#!/bin/sh\nexec /bin/sh \(LaunchScript.quoted(folder + "/launch"))\n" }

  /// Writes output and status where the agent reads them. The status comes last, under its name only when it is whole.
  private var launcher: String {
    """
    cd \(LaunchScript.quoted(folder)) || exit 126
    exec >output 2>&1
    # What Slurm tells its jobs stays; of the node's own environment, nothing.
    for name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do
      case $name in
        SLURM_* | CUDA_VISIBLE_DEVICES | ROCR_VISIBLE_DEVICES | GPU_DEVICE_ORDINAL | ZE_AFFINITY_MASK | PATH | PWD) ;;
        *) unset "$name" ;;
      esac
    done
    # It is told to stop together with the script, and has to see how that ends.
    trap : TERM
    /bin/sh ./start
    code=$?
    exec >/dev/null 2>&1
    echo "$code" >status.new && mv status.new status
    exit "$code"

    """
  }

  /// How the script has ended, as a shell shows it; nil before that.
  func exitCode() throws -> Int32? {
    guard try FileTree.status(status) != nil else { return nil }
    let text = String(decoding: try FileTree.contents(of: status, limit: 100), as: UTF8.self)
    return Int32(text.prefix { $0 != "\n" })
  }

  /// What Slurm itself has written of the job, in short.
  func complaints() -> String {
    let bytes = (try? FileTree.contents(of: log, limit: 1 << 16)) ?? []
    return String(decoding: bytes.suffix(2000), as: UTF8.self)
  }
}

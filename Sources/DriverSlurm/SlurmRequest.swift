internal import Drivers
internal import Model

/// What a manifest asks of the cluster, as arguments of sbatch(1).
struct SlurmRequest: Hashable {
  /// Each as `--name=value`, so that no value can be taken for an option.
  let arguments: [String]

  /// Reads the driver's settings.
  init(_ specification: DriverSpecification) throws(DriverError) {
    var arguments: [String] = []
    for name in ["partition", "account", "qos", "constraint", "gres"] {
      if let value = specification.settings[name] { arguments.append("--\(name)=\(value)") }
    }
    if let text = specification.settings["cpus"] {
      guard let count = Int(text), count > 0 else { throw DriverError("'\(text)' is no number of processors") }
      arguments.append("--cpus-per-task=\(count)")
    }
    if let text = specification.settings["memory"] {
      guard let bytes = ByteCount.parse(text), bytes > 0 else { throw DriverError("'\(text)' is no size of memory") }
      arguments.append("--mem=\(Self.roundedUp(bytes, 1 << 20))M")
    }
    if let text = specification.settings["time"] {
      guard let time = Duration(quantity: text), time > .zero else { throw DriverError("'\(text)' is no duration") }
      // Slurm counts in minutes.
      arguments.append("--time=\(Self.roundedUp(time.components.seconds, 60))")
    }
    self.arguments = arguments
  }

  private static func roundedUp(_ amount: Int64, _ unit: Int64) -> Int64 {
    max(1, amount / unit + (amount % unit == 0 ? 0 : 1))
  }
}

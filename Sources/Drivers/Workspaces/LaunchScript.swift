public import Model

/// The small shell script that sets a job's variables and becomes the job's script.
///
/// The programs that make the sandbox run before the user changes, so they must not see the build's variables
/// (`LD_PRELOAD`, for one); and arguments can be read by everybody on the machine. So the variables go into a script
/// that only the build's user sees.
public enum LaunchScript {
  /// The first variable that no shell accepts as a name; nil where all are fine.
  public static func unusableName(_ environment: [EnvironmentVariable]) -> EnvironmentVariable? {
    environment.first { variable in
      guard let first = variable.name.utf8.first, !variable.value.utf8.contains(0) else { return true }
      return (48...57).contains(first) || !variable.name.utf8.allSatisfy(isNameByte)
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  /// The script's text. `folder` is a path, and so is the first word of `command`.
  ///
  /// It changes the folder itself, because bubblewrap could not: that has given up root's right to enter the folders
  /// of others.
  public static func text(environment: [EnvironmentVariable], folder: String, command: [String]) -> [UInt8] {
    var text = "cd \(quoted(folder)) || exit 126\nunset OLDPWD\n"
    for variable in environment { text += "export \(variable.name)=\(quoted(variable.value))\n" }
    text += "exec \(command.map(quoted).joined(separator: " "))\n"
    return Array(text.utf8)
  }

  /// `text` as one word of a shell.
  public static func quoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
      if scalar == "'" { result += "'\\''" } else { result.unicodeScalars.append(scalar) }
    }
    return result + "'"
  }
}

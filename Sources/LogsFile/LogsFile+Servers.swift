internal import Files

extension LogsFile {
  /// Removes the logs of a folder that have not ended, before it is opened: those who write them are elsewhere and have
  /// all of it, and another server may have taken more of it since. Ended ones stay.
  public static func forgetBegun(in directory: String) throws {
    let folders = LogFolders(directory)
    try FileTree.removeTree(folders.live)
    try FileTree.removeTree(folders.journal)
  }
}

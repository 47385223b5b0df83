internal import Forge
internal import ServiceGenerator

/// What the jobs of a service's build leave for those that come after them.
struct ServiceWork: Sendable {
  /// Those that were generated.
  var files: [GeneratedFile] = []
  /// What the branch does to the one that it is on top of; set by the push.
  var pushed: Pushed?

  struct Pushed: Sendable {
    var project: ForgeProject
    var target: String
    var commit: String
    /// What of the generated files the branch has, and what of the repository it has left alone.
    var folder: FolderPlan
  }
}

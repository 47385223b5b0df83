internal import Forge

/// What the jobs of a service's build leave for those that come after them.
struct ServiceWork: Sendable {
  /// Those that were generated.
  var files: [ServiceFile] = []
  /// What the branch does to the one that it is on top of; set by the push.
  var pushed: Pushed?

  struct Pushed: Sendable {
    var project: ForgeProject
    var target: String
    var commit: String
    var tree: GeneratedTree
  }
}

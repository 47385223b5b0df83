public import ServiceModel

/// Makes the Go module of a service. The same input gives the same bytes.
public enum ServiceGenerator {
  /// All files, by path. `module` is the path of the Go module.
  public static func files(of service: ResolvedService, module: String) -> [GeneratedFile] {
    GoModule.files(of: service, module: module).sorted {
      Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8))
    }
  }
}

internal import ServiceModel

/// `go.mod` and `go.sum`: what the module needs beside Go's own library, with its published checksums.
enum GoModuleFile {
  static func files(of service: ResolvedService, module: String) -> [GeneratedFile] {
    let needed = requirements(of: service)
    return [
      GeneratedFile(path: "go.mod", contents: text(of: needed, module: module)),
      // Go allows no comment here.
      GeneratedFile(path: "go.sum", contents: needed.sorted { $0.path < $1.path }.map(\.sums).joined()),
    ]
  }

  /// A module that is needed, in the version that is needed.
  private struct Requirement {
    var path: String
    var version: String
    /// The checksum of its files.
    var sum: String
    /// That of its go.mod.
    var modSum: String
    /// True where only another one imports it.
    var isIndirect = false

    var line: String { "\t\(path) \(version)" + (isIndirect ? " // indirect" : "") + "\n" }
    var sums: String { "\(path) \(version) h1:\(sum)\n\(path) \(version)/go.mod h1:\(modSum)\n" }
  }

  private static func requirements(of service: ResolvedService) -> [Requirement] {
    let kinds = Set(service.dataSources.map(\.kind))
    return (kinds.contains(.postgres) ? [postgres] : []) + (kinds.contains(.redis) ? [redis] : [])
      + (service.uses(.grpc) ? grpc : [])
  }

  private static func text(of needed: [Requirement], module: String) -> String {
    // Each at least what the modules ask for, and in a form that older versions of Go read too.
    let version = needed.contains { $0.isIndirect } ? "1.27" : "1.25"
    let blocks = [needed.filter { !$0.isIndirect }, needed.filter(\.isIndirect)].filter { !$0.isEmpty }
    let head = "\(GeneratedMark.slashes)\nmodule \(module)\n\ngo \(version)\n"
    return head + blocks.map { "\nrequire (\n\($0.map(\.line).joined()))\n" }.joined()
  }

  private static let postgres = Requirement(
    path: "github.com/lib/pq", version: "v1.12.3", sum: "tTWxr2YLKwIvK90ZXEw8GP7UFHtcbTtty8zsI+YjrfQ=",
    modSum: "/p+8NSbOcwzAEI7wiMXFlgydTwcgTr3OSKMsD2BitpA=")
  private static let redis = Requirement(
    path: "github.com/gomodule/redigo", version: "v1.9.3", sum: "dNPSXeXv6HCq2jdyWfjgmhBdqnR6PRO3m/G05nvpPC8=",
    modSum: "KsU3hiK/Ay8U42qpaJk+kuNa3C+spxapWpM+ywhcgtw=")
  private static let grpc = [
    Requirement(
      path: "google.golang.org/grpc", version: "v1.84.0", sum: "soMyaPJ8pAak5PIQ0DGBUir0XRo2fRoMqhNWMLlLxO0=",
      modSum: "ljCht0DrxQrXBDRTZp52Qxh3Ffk8CdYm2sj4O2QN2C0="),
    Requirement(
      path: "google.golang.org/protobuf", version: "v1.36.12", sum: "pJOKDDOyeXErUroCihFAd5LQuwXBSpVnKGrj5o/fwxc=",
      modSum: "HTf+CrKn2C3g5S8VImy6tdcUvCska2kB7j23XfzDpco="),
    Requirement(
      path: "golang.org/x/net", version: "v0.60.0", sum: "79p50tfZlm0J9YfoDsSi639qSXNGVwEzOPLCxM2FsYU=",
      modSum: "2DA/G1UfVbCpQPeWTmMPGY7Cs2PkBkwu743bVX5PIVg=", isIndirect: true),
    Requirement(
      path: "golang.org/x/sys", version: "v0.48.0", sum: "bbX/i/6MgT9BVLM9RT1thmxL04yeTAhbEz4SyadbXoo=",
      modSum: "hNLxWAXmnKAxqDtdwIYC4bM9oQPEecfsnNMuSxOs3og=", isIndirect: true),
    Requirement(
      path: "golang.org/x/text", version: "v0.42.0", sum: "JbOZXgfeCPU9gacVtYliJqOhD+zhrEqK4LfdpmlUZqI=",
      modSum: "ojzP1Z+2QtioaF8DTtO8K5q7JWVVYwZKenzujK0Zd0E=", isIndirect: true),
    Requirement(
      path: "google.golang.org/genproto/googleapis/rpc", version: "v0.0.0-20261005182115-fad411399dd8",
      sum: "0SXBqli5dnuCKMjI/X3FM226zEaEa0GUcSCJtN1vL2o=", modSum: "OaIUM3+LpYcK2GXM4FTmhWoIq371Owdr+Cc7/BsYHHc=",
      isIndirect: true),
  ]
}

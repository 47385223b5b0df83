// swift-tools-version: 6.2
import PackageDescription

// The server alone with a handler that does nothing, so that the server is what is measured. The modules are links to
// the ones of the product.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "http-benchmark",
  targets: [
    .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
    .target(
      name: "CMicrohttpd", cSettings: [.define("_GNU_SOURCE")], linkerSettings: [.linkedLibrary("microhttpd")]),
    .target(name: "Concurrency", dependencies: ["CLinux"], swiftSettings: settings),
    .target(name: "Files", dependencies: ["CLinux", "Concurrency"], swiftSettings: settings),
    .target(name: "HTTPServer", dependencies: ["CMicrohttpd", "Concurrency", "Files"], swiftSettings: settings),
    .executableTarget(
      name: "http-benchmark", dependencies: ["HTTPServer", "Files", "Concurrency"], swiftSettings: settings),
  ])

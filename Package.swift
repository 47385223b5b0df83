// swift-tools-version: 6.2
import PackageDescription

// One table states every module: its band and what it may import. `scripts/check-layers` reads the resolved package
// and refuses an import that goes up or sideways, so this file is the whole truth about the structure.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// A thin C target over a Debian library. An ordinary target rather than a `systemLibrary`, because SwiftPM does not
/// rebuild dependents when a system library target's header changes.
func c(_ name: String, library: String? = nil) -> Target {
  .target(
    name: name,
    cSettings: [.define("_GNU_SOURCE")],
    linkerSettings: library.map { [.linkedLibrary($0)] } ?? [])
}

func module(_ name: String, _ dependencies: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [String] = [], excluding: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: ([name] + dependencies).map { .init(stringLiteral: $0) },
    exclude: excluding, swiftSettings: settings)
}

let cTargets: [Target] = [
  c("CLinux"),
  c("CMicrohttpd", library: "microhttpd"),
  c("CSQLite", library: "sqlite3"),
  c("CCurl", library: "curl"),
  c("CSodium", library: "sodium"),
  c("CLibcrypto", library: "crypto"),
  c("CYAML", library: "yaml"),
  c("CExpat", library: "expat"),
  c("CZstd", library: "zstd"),
  c("CLzma", library: "lzma"),
  c("CWslay", library: "wslay"),
  c("CArchive", library: "archive"),
  c("CPostgreSQL", library: "pq"),
  c("CHiredis", library: "hiredis"),
  c("CWebAssets"),
  c("CGoSources"),
]

let platform: [Target] = [
  module("Concurrency", ["CLinux"]),
  module("Files", ["CLinux", "Concurrency"]),
  module("Lifecycle", ["CLinux", "Concurrency"]),
  module("Processes", ["CLinux", "Concurrency", "Files"]),
  module("HTTPServer", ["CMicrohttpd", "Concurrency", "Files"]),
  module("HTTPClient", ["CCurl", "Concurrency", "Files"]),
  module("Crypto", ["CSodium", "CLibcrypto", "Files"]),
  module("Compression", ["CZstd", "CLzma", "Files", "Concurrency"]),
  module("YAML", ["CYAML"]),
  module("XML", ["CExpat"]),
  module("ObjectStorage", ["HTTPClient", "XML", "Crypto", "Concurrency", "Files"]),
  module("Archives", ["CArchive"]),
  module("PostgreSQL", ["CPostgreSQL", "Concurrency"]),
  module("Redis", ["CHiredis"]),
  module("WebSocket", ["CWslay", "HTTPServer", "Crypto", "Concurrency"]),
]

let pure: [Target] = [
  module("Model"),
  module("NixFormat", ["Crypto"]),
  module("Documents", ["YAML"]),
  module("Manifest", ["Model", "Documents", "YAML"]),
  module("ServiceModel", ["Model", "Documents", "YAML"]),
  module("ServiceGenerator", ["ServiceModel", "Documents", "Crypto", "CGoSources"]),
  module("Planning", ["Model", "Manifest", "NixFormat"]),
  module("Programs", ["Model", "Documents", "Manifest", "Planning"]),
  module("Results", ["Model", "XML"]),
]

let ports: [Target] = [
  module("Store", ["Model", "Planning", "Results", "NixFormat", "Concurrency", "Crypto"]),
  module("Queue", ["Model", "Files", "Concurrency", "CLinux"]),
  module("Artifacts", ["Model", "Crypto", "Concurrency", "Files"]),
  module("Logs", ["Model", "Files"]),
  module("Drivers", ["Model", "Files", "Concurrency"]),
  module("Routing", ["HTTPServer", "Concurrency", "Model"]),
  module("Forge", ["Model", "HTTPClient", "Files"]),
  module("Git", ["Model", "Planning", "Programs", "Processes", "Crypto", "Concurrency", "Files"]),
  module(
    "CachePush",
    ["NixFormat", "Model", "HTTPClient", "ObjectStorage", "Compression", "Processes", "Crypto", "Concurrency", "Files"]),
]

let adapters: [Target] = [
  module("DatabaseSQLite", ["Store", "Model", "CSQLite", "Concurrency", "Files"]),
  module("DatabasePostgres", ["Store", "Model", "PostgreSQL", "Concurrency"]),
  module("ArtifactsFile", ["Artifacts", "Model", "Crypto", "Concurrency", "Files"]),
  module("ArtifactsS3", ["Artifacts", "Model", "ObjectStorage", "Crypto", "Concurrency", "Files"]),
  module("LogsFile", ["Logs", "Model", "Compression", "Crypto", "Concurrency", "Files"]),
  module("LogsS3", ["Logs", "Model", "ObjectStorage", "Concurrency", "Files"]),
  module("DriverHost", ["Drivers", "Model", "Processes", "Concurrency", "Files"]),
  module(
    "CoordinatorHTTP", ["Queue", "Model", "HTTPClient", "Crypto", "Lifecycle", "Concurrency", "Files"]),
  module("DriverSlurm", ["Drivers", "Model", "Processes", "Concurrency", "Files"]),
  module("ForgeGitLab", ["Forge", "Model", "HTTPClient"]),
  module("ForgePullRequests", ["Forge", "Model", "HTTPClient"]),
]

let features: [Target] = [
  module(
    "Scheduling",
    [
      "Queue", "Store", "Artifacts", "Logs", "Planning", "Manifest", "Results", "Model", "Lifecycle", "Concurrency",
      "Files", "Crypto",
    ]),
  module(
    "Agent",
    [
      "Queue", "Results", "Drivers", "Git", "Programs", "Planning", "CachePush", "NixFormat", "Model", "Processes",
      "Lifecycle",
      "Concurrency", "Files", "Archives", "Crypto", "Forge", "ServiceModel", "ServiceGenerator",
    ]),
  module(
    "Rebuilding",
    [
      "Documents",
      "Queue", "Store", "Git", "Planning", "Manifest", "Model", "Lifecycle", "Concurrency", "Crypto",
    ]),
  module(
    "Servers",
    ["Routing", "Store", "Model", "HTTPServer", "HTTPClient", "Lifecycle", "Concurrency"]),
  module(
    "NixCache",
    [
      "Routing", "Store", "Artifacts", "NixFormat", "Model", "HTTPServer", "Compression", "Crypto", "Concurrency",
      "Files", "Lifecycle",
    ]),
  module(
    "Services",
    [
      "Routing", "Store", "Queue", "Forge", "Git", "Planning", "ServiceModel", "Model", "HTTPServer", "HTTPClient",
      "PostgreSQL", "Redis", "Concurrency",
    ]),
  module(
    "API",
    [
      "Documents",
      "Routing", "Queue", "Store", "Artifacts", "Logs", "Results", "Planning", "Manifest", "Model", "HTTPServer",
      "WebSocket", "Crypto", "Concurrency", "Files", "Lifecycle",
    ]),
  module(
    "WebUI",
    [
      "Routing", "Queue", "Store", "ServiceModel", "NixFormat", "Artifacts", "Logs", "Planning", "Manifest", "Model",
      "HTTPServer",
      "Concurrency",
      "Crypto", "Compression", "Archives", "Files", "CWebAssets",
    ]),
  module(
    "CommandLineClient",
    [
      "ServiceModel", "ServiceGenerator",
      "Documents", "YAML",
      "Manifest", "Planning", "NixFormat", "CachePush", "Model", "Lifecycle", "HTTPClient", "Crypto", "Concurrency",
      "Files",
    ]),
]

let composition: [Target] = [
  module(
    "App",
    [
      "Documents",
      "Scheduling", "Agent", "Rebuilding", "NixCache", "Services", "Servers", "API", "WebUI", "CommandLineClient",
      "DatabaseSQLite", "DatabasePostgres",
      "ArtifactsFile", "ArtifactsS3", "ObjectStorage", "LogsFile", "LogsS3", "DriverHost", "DriverSlurm",
      "CoordinatorHTTP", "Forge",
      "ForgeGitLab", "ForgePullRequests",
      "Routing", "Queue", "Store", "Artifacts", "Logs", "Drivers", "Git", "Planning", "Manifest", "Model",
      "HTTPServer", "HTTPClient", "Processes", "Lifecycle", "Crypto", "Concurrency", "Files", "YAML",
    ]),
  .executableTarget(
    name: "wright-bench",
    dependencies: ["LogsFile", "ArtifactsFile", "Logs", "Artifacts", "Results", "Model", "Files"],
    path: "Benchmarks/content", swiftSettings: settings),
  .executableTarget(name: "wright", dependencies: ["App"], swiftSettings: settings),
]

let testTargets: [Target] = [
  // Suites that every adapter of a port takes; no test target, because several of them import it.
  .target(
    name: "StoreConformance", dependencies: ["Artifacts", "Logs", "Model", "Files", "Concurrency"],
    path: "Tests/StoreConformance",
    swiftSettings: settings),
  // The same for databases.
  .target(
    name: "DatabaseConformance", dependencies: ["Store", "NixFormat", "Model", "Concurrency", "Crypto", "Files"],
    path: "Tests/DatabaseConformance", swiftSettings: settings),
  // And for drivers.
  .target(
    name: "DriverConformance", dependencies: ["Drivers", "Model", "Files", "Concurrency"],
    path: "Tests/DriverConformance",
    swiftSettings: settings),
  .target(name: "ServiceSamples", path: "Tests/ServiceSamples", swiftSettings: settings),
  // Shared by tests of what waits for a time.
  .target(
    name: "ManualTime", dependencies: ["Queue", "Model", "Concurrency"], path: "Tests/ManualTime",
    swiftSettings: settings),
  tests("Concurrency"),
  tests("Files", ["Concurrency"]),
  tests("Lifecycle", ["Concurrency"]),
  tests("Processes", ["Files", "Concurrency"]),
  tests("HTTPServer", ["HTTPClient", "Files", "Concurrency"]),
  tests("HTTPClient", ["HTTPServer", "Files", "Concurrency"]),
  tests("ObjectStorage", ["HTTPServer", "HTTPClient", "Crypto", "Concurrency", "Files"]),
  tests("Crypto", ["Files"]),
  tests("Compression", ["Files"]),
  tests("YAML"),
  tests("XML"),
  tests("Archives", ["Processes", "Files"]),
  tests("WebSocket", ["HTTPServer", "Concurrency"]),
  tests("Model"),
  tests("Manifest", ["Model", "Documents", "YAML", "Files"], excluding: ["Corpus"]),
  tests("ServiceModel", ["ServiceSamples", "Documents", "YAML"]),
  tests("ServiceGenerator", ["ServiceSamples", "ServiceModel", "Crypto", "Files"], excluding: ["Golden"]),
  tests("NixFormat", ["Crypto", "Files"], excluding: ["Corpus"]),
  tests("Planning", ["Model", "Manifest", "NixFormat"]),
  tests("Programs", ["Model", "Documents", "Manifest", "Planning"]),
  tests("Results", ["Model", "Files"], excluding: ["Corpus"]),
  tests("DatabaseSQLite", ["DatabaseConformance", "Store", "Model", "Files", "Concurrency", "Crypto"]),
  tests(
    "DatabasePostgres", ["DatabaseConformance", "DatabaseSQLite", "Store", "Model", "PostgreSQL", "Concurrency"]),
  tests("ArtifactsFile", ["Artifacts", "StoreConformance", "Model", "Files", "Crypto"]),
  tests("ArtifactsS3", ["Artifacts", "StoreConformance", "ObjectStorage", "Model", "Files", "Crypto", "Concurrency"]),
  tests("LogsFile", ["Logs", "StoreConformance", "Model", "Files", "Compression"]),
  tests("LogsS3", ["Logs", "LogsFile", "StoreConformance", "ObjectStorage", "Model", "Files", "Concurrency"]),
  tests("DriverHost", ["Drivers", "DriverConformance", "Model", "Processes", "Files", "Concurrency"]),
  tests("DriverSlurm", ["Drivers", "DriverConformance", "Model", "Processes", "Files", "Concurrency"]),
  tests(
    "Scheduling",
    [
      "Queue", "Store", "Artifacts", "Logs", "NixFormat", "Planning", "Manifest", "Model", "Lifecycle", "Concurrency",
      "Files",
      "DatabaseSQLite", "LogsFile", "ArtifactsFile", "Crypto", "ManualTime",
    ]),
  tests("Git", ["Model", "Planning", "Programs", "Processes", "Files", "Concurrency"], excluding: ["Fixtures"]),
  tests("Forge", ["Model"]),
  tests("ForgePullRequests", ["Forge", "Model", "HTTPClient"]),
  tests("ForgeGitLab", ["Forge", "Model", "HTTPClient", "HTTPServer", "Concurrency"]),
  tests(
    "CachePush",
    [
      "NixFormat", "HTTPServer", "HTTPClient", "ObjectStorage", "Compression", "Processes", "Crypto", "Concurrency",
      "Files",
    ]),
  tests(
    "Rebuilding",
    [
      "Queue", "Store", "Git", "Planning", "Model", "Lifecycle", "Concurrency", "Files", "DatabaseSQLite", "Crypto",
      "ManualTime", "Processes",
    ]),
  tests(
    "Agent",
    [
      "Queue", "Forge", "ServiceGenerator", "Results", "Drivers", "DriverHost", "Git", "Planning", "Model", "Processes",
      "Files",
      "Concurrency",
    ]),
  tests(
    "CoordinatorHTTP",
    [
      "API", "Scheduling", "Queue", "Routing", "Store", "DatabaseSQLite", "LogsFile", "ArtifactsFile", "Logs",
      "Artifacts", "HTTPServer", "HTTPClient", "Lifecycle", "Crypto", "Model", "Files", "Concurrency",
    ]),
  tests("Routing", ["HTTPServer", "Concurrency", "Model"]),
  tests(
    "API",
    [
      "Routing", "Queue", "Store", "Artifacts", "Logs", "Manifest", "Model", "HTTPServer", "Scheduling",
      "DatabaseSQLite", "LogsFile", "ArtifactsFile", "Files", "Concurrency", "Crypto", "Lifecycle",
    ], excluding: ["Corpus"]),
  tests(
    "NixCache",
    [
      "Routing", "Store", "Artifacts", "ArtifactsFile", "DatabaseSQLite", "NixFormat", "Model", "HTTPServer",
      "Compression", "Crypto", "Concurrency", "Files", "Lifecycle",
    ]),
  tests("Services", ["ServiceModel", "Routing"]),
  tests("Servers", ["Routing", "Store", "Model", "HTTPServer", "HTTPClient", "WebSocket", "Concurrency"]),
  tests("WebUI", ["Compression", "Routing", "Queue", "Store", "Logs", "Model", "HTTPServer", "Manifest", "Planning"]),
  tests("CommandLineClient", ["HTTPServer", "Model", "Files", "Crypto", "Concurrency"]),
  tests("App", ["HTTPClient", "Files", "Model", "Concurrency", "Processes"]),
]

let package = Package(
  name: "wright",
  products: [.executable(name: "wright", targets: ["wright"])],
  targets: cTargets + platform + pure + ports + adapters + features + composition + testTargets)

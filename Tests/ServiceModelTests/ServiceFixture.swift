import ServiceModel
import ServiceSamples

/// What several suites read.
enum ServiceFixture {
  /// A service with every type of component, and no problem.
  static let shop = ServiceSamples.everything

  /// A document that must be readable.
  static func document(_ yaml: String) throws -> ServiceDocument { try ServiceDocument(yaml: yaml) }
}

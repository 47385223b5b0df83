public import Crypto
public import ServiceModel

/// Makes the Go module of a service. The same input gives the same bytes.
public enum ServiceGenerator {
  /// All files, by path, with `wright.lock.json`, which lists the others.
  ///
  /// - Parameters:
  ///   - module: the path of the Go module; `moduleRefusal` says why one cannot be used.
  ///   - dockerHubUsername: the account at Docker Hub that the pipeline pushes the image to; nil and `NA` for none.
  /// - Throws: where the system's library cannot make SHA-256.
  public static func files(
    of service: ResolvedService, module: String, dockerHubUsername: String? = nil
  ) throws(CryptoError) -> [GeneratedFile] {
    let files =
      GoModule.files(of: service, module: module)
      + ProjectFiles.files(of: service, module: module, dockerHubUsername: dockerHubUsername)
    let lock = GeneratedFile(path: ServiceLock.path, contents: try ServiceLock(of: files).text)
    return (files + [lock]).sorted { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
  }

  /// Why a Go module cannot have this path; nil where it can. https://go.dev/ref/mod#go-mod-file-ident
  public static func moduleRefusal(_ path: String) -> String? {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if path.isEmpty || path.utf8.count > 255 { return "it is empty or longer than 255 characters" }
    guard parts.allSatisfy({ !$0.isEmpty }) else { return "it has an empty part" }
    for part in parts {
      let isAllowed = part.allSatisfy { byte in
        let scalar = Unicode.Scalar(byte)
        return scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar))
      }
      if !isAllowed { return "its parts may have letters, digits and '-._~' only" }
      if part.first == UInt8(ascii: ".") || part.last == UInt8(ascii: ".") || part.first == UInt8(ascii: "-") {
        return "a part may neither begin nor end with '.', nor begin with '-'"
      }
    }
    return nil
  }
}

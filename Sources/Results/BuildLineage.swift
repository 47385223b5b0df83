public import Model

/// Which builds follow each other, so that the results of one are compared with those of the one before: those of the
/// same ref of a registered repository; else those of a namespace with the same first source, or where there is none
/// with the same manifest. Stored: it never changes.
public func buildLineage(
  namespace: String?, move: RefMove?, firstSource: (url: String, ref: String?)?, manifest: String
) -> Int64 {
  var hash = FingerprintHash()
  if let move {
    hash.add("ref")
    hash.add("\(move.repository)")
    hash.add(move.name)
  } else if let firstSource {
    hash.add("source")
    hash.add(namespace ?? "")
    hash.add(firstSource.url)
    // A build of a commit follows whatever was built before it.
    hash.add(firstSource.ref.flatMap { isCommit($0) ? nil : $0 } ?? "")
  } else {
    hash.add("manifest")
    hash.add(namespace ?? "")
    hash.add(manifest)
  }
  return Int64(bitPattern: hash.value)
}

private func isCommit(_ ref: String) -> Bool {
  [40, 64].contains(ref.utf8.count) && ref.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0 | 0x20) }
}

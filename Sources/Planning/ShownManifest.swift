internal import Manifest
internal import Model

/// The text of a manifest as it may be kept and shown: every occurrence of the values, which its plan masks in logs, is
/// `xxxxxx`. Where YAML spells a source's secret in a way that is not found so (by escapes, over two lines), a comment
/// that says so stands for the whole text. Text that is no manifest only has the values replaced.
public func shownManifest(_ text: String, masking values: [String]) -> String {
  if values.isEmpty { return text }
  var masker = Masker(values)
  let bytes = masker.mask(Array(text.utf8)) + masker.finish()
  let shown = String(decoding: bytes, as: UTF8.self)
  guard sources(text) != nil else { return shown }
  let replacement = String(decoding: Masker.replacement, as: UTF8.self)
  guard let sources = sources(shown), Set(secrets(in: sources)).subtracting([replacement]).isDisjoint(with: values)
  else { return withheldManifest }
  return shown
}

/// What stands for a manifest that cannot be shown.
let withheldManifest = "# Not kept: the manifest spells a password in a way in which it cannot be left out.\n"

/// The addresses of a manifest's sources; nil where the text is no manifest.
private func sources(_ text: String) -> [String]? {
  let bytes = Array(text.utf8)
  return Manifest.parse(bytes, limits: ManifestLimits(bytes: max(1, bytes.count))).manifest?.sources.map(\.url)
}

/// What libyaml says about a text that it cannot read, and the same in plain words.
struct ParserReport {
  var problem: String
  var context: String
  var mark: YAMLMark
  var contextMark: YAMLMark
  var isOutOfMemory = false

  /// The problem as a sentence for somebody who writes YAML and has not read its specification.
  var plainWords: YAMLProblem {
    if isOutOfMemory { return YAMLProblem("there is not enough memory to read the file", at: .start) }
    return YAMLProblem(scannerWords ?? parserWords ?? "this is not valid YAML: \(problem)", at: mark)
  }

  private var scannerWords: String? {
    switch problem {
    case let text where text.hasPrefix("found a tab character"):
      "a tab cannot be used for indentation; use spaces"
    case "found character that cannot start any token":
      "a value cannot begin with this character; quote the value (a tab cannot be used for indentation)"
    case "mapping values are not allowed in this context":
      "a ': ' is not allowed here; quote the value, or check the indentation"
    case "block sequence entries are not allowed in this context":
      "a list item ('- ') is not allowed here; put it on a line of its own"
    case "mapping keys are not allowed in this context": "a key is not allowed here; check the indentation"
    case "could not find expected ':'": "a ':' is missing after the key at line \(contextMark.line)"
    case "found unexpected end of stream": "the quoted text that begins at line \(contextMark.line) is not closed"
    case "found unexpected document indicator":
      "the quoted text that begins at line \(contextMark.line) is not closed before this line"
    case "found unknown escape character":
      "this is not an escape of double-quoted text; write '\\\\' for a backslash, or use single quotes"
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
      "this escape of double-quoted text is not a character"
    case "found unexpected ':'": "a ':' is not allowed here; quote the value"
    default: nil
    }
  }

  private var parserWords: String? {
    switch problem {
    case "did not find expected key":
      "a key ('name: value') was expected here; check the indentation and the quotes"
    case "did not find expected '-' indicator":
      "a list item ('- ') was expected here, as in the list that begins at line \(contextMark.line)"
    case "did not find expected ',' or ']'":
      "the list opened with '[' at line \(contextMark.line) needs ',' or ']' here"
    case "did not find expected ',' or '}'":
      "the mapping opened with '{' at line \(contextMark.line) needs ',' or '}' here"
    case "did not find expected node content": "a value was expected here"
    case "did not find expected <document start>":
      "the text goes on after the end of the document; check the indentation"
    case "found undefined tag handle", "found unknown directive name", "found incompatible YAML document":
      "directives and tags of one's own are not supported"
    case let text where text.contains("nest"): "the lists and mappings are nested too deeply"
    default: nil
    }
  }
}

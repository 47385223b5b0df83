import Files
import Testing

@testable import ObjectStorage

@Suite struct BucketCredentialsTests {
  private static let text = """
    # a comment
    [default]
    aws_access_key_id = a
    aws_secret_access_key=b/+=

    [other]
    aws_access_key_id=c
    aws_secret_access_key = d
    aws_session_token = e
    [half]
    aws_access_key_id=c
    """

  private func withFile(_ body: (String) throws -> Void) throws {
    let path = "/tmp/wright-credentials-\(UInt64.random(in: 0 ... .max))"
    try FileTree.writeAtomically(Array(Self.text.utf8), to: path, permissions: 0o600)
    defer { _ = try? FileTree.removeFile(path) }
    try body(path)
  }

  @Test func `they are in variables, in a file by its profile, or in a file that is named`() throws {
    let (a, other) = (
      try BucketCredentials(accessKey: "a", secret: "b/+="),
      try BucketCredentials(accessKey: "c", secret: "d", sessionToken: "e")
    )
    let variables = ["AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": ""]
    try withFile { path in
      let found = [
        (try BucketCredentials(environment: variables), try BucketCredentials(accessKey: "k", secret: "s")),
        (try BucketCredentials(environment: ["AWS_SHARED_CREDENTIALS_FILE": path]), a),
        (try BucketCredentials(file: path, environment: variables), a),
        (try BucketCredentials(file: path, profile: "other", environment: [:]), other),
        (try BucketCredentials(file: path, environment: ["AWS_PROFILE": "other"]), other),
      ]
      for (found, expected) in found { #expect(found == expected) }
    }
  }

  @Test func `where there are none, a sentence says where to put them`() throws {
    try withFile { path in
      for (file, profile) in [(path, "half"), (path, "none"), ("/nonexistent", nil), (nil, nil)] as [(String?, String?)]
      {
        #expect {
          try BucketCredentials(file: file, profile: profile, environment: [:])
        } throws: { error in
          let text = "\(error)"
          return text.contains("aws_access_key_id") || text.contains("AWS_ACCESS_KEY_ID")
        }
      }
    }
    for (key, secret) in [("", "x"), ("x", ""), ("a/b", "x"), ("a b", "x"), ("a", "x\n")] {
      #expect(throws: ObjectStorageError.self) { try BucketCredentials(accessKey: key, secret: secret) }
    }
  }

  @Test func `nothing that is printed shows them`() throws {
    let credentials = try BucketCredentials(accessKey: "KEYKEY", secret: "SECRET", sessionToken: "TOKEN")
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), String(reflecting: [credentials]), dumped] {
      #expect(!text.contains("KEYKEY") && !text.contains("SECRET") && !text.contains("TOKEN"))
    }
  }
}

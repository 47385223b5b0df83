import Testing

@testable import ObjectStorage

@Suite struct BucketAnswerTests {
  @Test func `fields and records are found`() {
    let text = """
      <?xml version="1.0"?>
      <ListBucketResult xmlns="x"><Name>b</Name><IsTruncated>true</IsTruncated>
        <Contents><Key>a&amp;b</Key><Size>3</Size><Owner><ID>1</ID></Owner></Contents>
        <Contents><Key>c</Key></Contents>
        <CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>
      </ListBucketResult>
      """
    let answer = BucketAnswer(Array(text.utf8), record: "Contents")
    #expect(answer.records.map { $0["Key"] } == ["a&b", "c"] && answer.records[0]["Size"] == "3")
    #expect(answer.fields["IsTruncated"] == "true" && answer.fields["Key"] == nil)
  }

  @Test func `what completes an upload is escaped`() {
    let parts = [UploadedPart(number: 1, entityTag: #""a""#), UploadedPart(number: 2, entityTag: "<&>")]
    #expect(
      BucketAnswer.completion(parts).contains(
        #"<Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part><Part><PartNumber>2</PartNumber><ETag>&lt;&amp;&gt;</ETag>"#
      ))
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `whatever comes as an answer, an address or a file of keys is read or refused`(seed: UInt64) {
    let pieces = [
      "<Contents>", "</Contents>", "<Key>", "</Key>", "<a>", "</a>", "<", ">", "&", "&amp;", "<!DOCTYPE x>", "x",
      "\u{0}",
      "s3://", "bucket", "/", "?", "endpoint=", "http://", "[", "]", ":", "@", "%", "%2", "&style=", "path", "é", "=",
      "\n", "[default]", "aws_access_key_id", " ",
    ]
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    for _ in 0..<200 {
      var text = ""
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      for _ in 0..<(state >> 60) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int((state >> 33) % UInt64(pieces.count))]
      }
      _ = BucketAnswer(Array(text.utf8), record: "Contents")
      _ = BucketCredentials.section("default", of: text)
      if let address = try? BucketAddress(text: text) { #expect(address.url("k").hasPrefix("http")) }
      if let address = try? BucketAddress(bucket: "b", parameters: ["endpoint": text]) { _ = address.url("k") }
    }
  }
}

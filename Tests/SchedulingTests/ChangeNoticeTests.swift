import Model
import Queue
import Testing

@testable import Scheduling

/// What servers tell each other of changes.
@Suite struct ChangeNoticeTests {
  private static let notices: [ChangeNotice] = [
    .build(BuildID(rawValue: 7), UserID(rawValue: 1)),
    .job(JobID(rawValue: 9), BuildID(rawValue: 7), UserID(rawValue: 1)),
    .artifact(ArtifactID(rawValue: .max), BuildID(rawValue: 7), UserID(rawValue: 1)),
    .nix(JobID(rawValue: 9), BuildID(rawValue: 7), UserID(rawValue: 1)),
    .repository(RepositoryID(rawValue: 3), UserID(rawValue: 1)), .agents,
  ]

  @Test(arguments: notices) func `a notice is the same after its way as a line`(notice: ChangeNotice) {
    #expect(ChangeNotice(notice.line) == notice)
    #expect(!notice.line.contains { $0.isNewline })
  }

  @Test(arguments: [
    "", "build", "build 1", "build 1 2 3", "build one 2", "build 1 99999999999999999999", "job 1 2", "job  1 2 3",
    "agents 1",
    "later 1 2", "build 1 2 ",
  ])
  func `a line that is none of them is left alone`(line: String) { #expect(ChangeNotice(line) == nil) }

  @Test func `a change of a build concerns those who listen to it and to its owner's`() {
    #expect(Self.notices[1].filters == [.build(BuildID(rawValue: 7)), .owner(UserID(rawValue: 1))])
    #expect(Self.notices[4].filters == [.owner(UserID(rawValue: 1))])
  }
}

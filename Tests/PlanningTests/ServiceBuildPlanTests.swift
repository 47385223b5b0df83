import Model
import Testing

@testable import Planning

struct ServiceBuildPlanTests {
  static let service = ServicePlan(
    service: "shop", revision: 3, savedAt: Timestamp(milliseconds: 0), tag: "v1", document: "{}", module: "m",
    dockerHubUser: nil,
    forge: .init(provider: "gitlab.com", path: "a/b", project: "42", user: "ci", token: "glpat-secret"))

  @Test func `A service's build is four jobs of Wright's own, whose log never shows the token`() throws {
    let plan = serviceBuildPlan(Self.service, limits: PlanLimits(timeoutSeconds: 90))
    #expect(plan.jobs.map(\.job.name) == ["validate", "generate", "push", "merge-request"])
    #expect(plan.jobs.allSatisfy { $0.job.step.isBuiltIn })
    #expect(plan.maskedValues == ["glpat-secret"] && plan.timeoutSeconds == 90)
    #expect(plan.service?.branch == "wright/v1" && plan.service?.archive == "shop-v1.tar.zst")
  }

  @Test(arguments: 0..<4)
  func `Where one of them fails the rest is skipped`(_ failing: Int) {
    var state = ExecutionState(serviceBuildPlan(Self.service))
    #expect(state.begin() == [.start(0)])
    for position in 0..<failing {
      #expect(state.ended(position, .passed) == [.settle(position, .passed), .start(position + 1)])
    }
    let skipped: [ExecutionState.Action] = failing < 3 ? [.skip((failing + 1)..<4)] : []
    #expect(state.ended(failing, .failed) == [.settle(failing, .failed)] + skipped + [.finish(.failed)])
  }

  @Test(arguments: ["v1", "1.0.0", "a_b-c", "-", "X", String(repeating: "x", count: 100)])
  func `Tags that git accepts in a branch are accepted`(tag: String) { #expect(serviceTagProblem(tag) == nil) }

  @Test(arguments: [
    "", "a b", "a/b", "ü", "a\n", "a\0", ".a", "a..b", "a.", "a.lock", "a:b", "a~1", "@{",
    String(repeating: "x", count: 101),
  ])
  func `Others are refused with what is wrong`(tag: String) { #expect(serviceTagProblem(tag) != nil) }
}

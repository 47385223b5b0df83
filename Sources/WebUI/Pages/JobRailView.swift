internal import Model

/// The stages and jobs of a build in order of execution.
struct JobRailView: Sendable {
  var build: Build
  var jobs: [Job]
  var selected: JobID?
  var now: Timestamp
  /// Whether a long list is shown whole.
  var showsAll = false

  /// Past this many jobs only those around the selected one are listed, and those that run or went wrong, so that the
  /// page stays quick while it changes.
  static let wholeLimit = 400
  private static let reach = 100

  /// Jobs of one stage, in order.
  struct Stage: Sendable {
    var name: String
    var jobs: [Job]
  }

  /// Jobs that follow each other in one stage stand together.
  static func stages(_ jobs: [Job]) -> [Stage] {
    var stages: [Stage] = []
    for job in jobs {
      if let last = stages.indices.last, stages[last].name == job.stage {
        stages[last].jobs.append(job)
      } else {
        stages.append(Stage(name: job.stage, jobs: [job]))
      }
    }
    return stages
  }

  var html: HTML { "<ol class=\"stages\">\(Self.stages(jobs).map(stage))</ol>" }

  private func stage(_ stage: Stage) -> HTML {
    """
    <li class="stage"><h2 class="stage-name"><bdi>\(stage.name)</bdi></h2><ol class="jobs">\(items(stage.jobs))</ol></li>
    """
  }

  /// The jobs, with what is left out counted in its place.
  private func items(_ jobs: [Job]) -> [HTML] {
    guard !showsAll, self.jobs.count > Self.wholeLimit else { return jobs.map(job) }
    let center = self.jobs.first { $0.id == selected }?.position ?? 0
    var items: [HTML] = []
    var skipped: [Job] = []
    for job in jobs {
      let isNear = abs(job.position - center) <= Self.reach
      if isNear || [.running, .failed, .timedOut].contains(job.status) {
        items += gap(skipped)
        skipped = []
        items.append(self.job(job))
      } else {
        skipped.append(job)
      }
    }
    return items + gap(skipped)
  }

  private func gap(_ skipped: [Job]) -> [HTML] {
    guard let first = skipped.first else { return [] }
    return [
      """
      <li data-key="gap-\(first.id.rawValue)"><a class="more-jobs" \
      href="/builds/\(build.id.rawValue)/jobs/\(selected?.rawValue ?? first.id.rawValue)?jobs=all">\
      … \(skipped.count) more jobs</a></li>
      """
    ]
  }

  private func job(_ job: Job) -> HTML {
    let current: HTML = job.id == selected ? #" aria-current="true""# : ""
    return """
      <li data-key="\(job.id.rawValue)"><a class="job" href="/builds/\(build.id.rawValue)/jobs/\(job.id.rawValue)" \
      data-job="\(job.id.rawValue)" data-status="\(job.status.rawValue)"\(current)>\
      <span class="status" data-status="\(job.status.rawValue)" title="\(job.status.title)">\(Icon.status(job.status))\
      <span class="sr-only">\(job.status.title)</span></span><bdi class="job-name">\(job.name)</bdi>\
      <span class="job-time">\(time(job))</span></a></li>
      """
  }

  private func time(_ job: Job) -> HTML {
    if job.status == .skipped { return "skipped" }
    return Parts.duration(from: job.startedAt, to: job.finishedAt, now: now)
  }
}

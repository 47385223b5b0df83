internal import Model

/// The stages and jobs of a build in order of execution.
struct JobRailView: Sendable {
  var build: Build
  var jobs: [Job]
  var selected: JobID?
  var now: Timestamp

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
    <li class="stage"><h2 class="stage-name"><bdi>\(stage.name)</bdi></h2><ol class="jobs">\(stage.jobs.map(job))</ol></li>
    """
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

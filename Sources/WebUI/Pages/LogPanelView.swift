internal import Model

/// The frame of a job's log: what the scripts fill, and a way to the log without them.
struct LogPanelView: Sendable {
  var build: Build
  var job: Job
  var plain: PlainLog?
  var now: Timestamp

  var html: HTML {
    """
    <section class="log" id="log" aria-labelledby="log-title">
    <div class="log-head"><div class="log-title" data-live="log-title">\(heading)</div>\(tools)</div>
    <div class="log-find" id="log-find" hidden><label class="field inline grow"><span class="sr-only">Find in the log\
    </span>\(Icon.search)<input type="search" id="find-text" placeholder="Find in the log" autocomplete="off"></label>\
    <span class="find-state" id="find-state" role="status"></span>\
    <button class="quiet icon-button" type="button" id="find-previous" aria-label="Previous match">\(Icon.up)</button>\
    <button class="quiet icon-button" type="button" id="find-next" aria-label="Next match">\(Icon.down)</button>\
    <button class="quiet icon-button" type="button" id="find-close" aria-label="Close the search">\(Icon.cross)</button>\
    </div>
    \(plain.map(\.html))
    <div class="log-frame" id="log-frame"\(plain == nil ? "" : hidden)><div class="log-view" id="log-view" \
    tabindex="0" role="log" aria-live="off" aria-label="Log" data-job="\(job.id.rawValue)" hidden></div>\
    <button class="log-end primary" type="button" id="log-end" hidden>\(Icon.end)<span>Jump to end</span></button>\
    <p class="log-note" id="log-note" hidden></p>
    \(plain == nil ? noScript : "")</div>
    </section>
    """
  }

  private var hidden: HTML { " hidden" }

  private var heading: HTML {
    """
    <span class="status" data-status="\(job.status.rawValue)">\(Icon.status(job.status))\
    <span class="sr-only">\(job.status.title)</span></span><h2 id="log-title"><span class="log-stage"><bdi>\(job.stage)\
    </bdi></span> <bdi>\(job.name)</bdi></h2><span class="log-facts">\
    \(Parts.duration(from: job.startedAt, to: job.finishedAt, now: now))\(job.exitCode.map(exit))</span>
    """
  }

  private func exit(_ code: Int32) -> HTML {
    code == 0 ? "" : "<span class=\"exit\">exit status \(code)</span>"
  }

  private var tools: HTML {
    """
    <div class="log-tools" role="toolbar" aria-label="Log">\
    <button type="button" class="quiet js" id="tool-find">\(Icon.search)<span>Find</span></button>\
    <button type="button" class="quiet js" id="tool-error">\(Icon.status(.failed))<span>First error</span></button>\
    <button type="button" class="quiet js" id="tool-times" aria-pressed="false">\(Icon.clock)<span>Times</span>\
    </button><button type="button" class="quiet js" id="tool-wrap" aria-pressed="false" title="Wrap long lines (w)">\
    \(Icon.wrap)<span>Wrap</span></button>\
    <button type="button" class="quiet js" id="tool-follow" aria-pressed="false">\(Icon.end)\
    <span>Follow</span></button>\
    <a class="button quiet" id="tool-raw" href="/api/v1/jobs/\(job.id.rawValue)/log" \
    download="build-\(build.number)-\(job.stage)-\(job.name).log">\(Icon.download)<span>Raw</span></a></div>
    """
  }

  private var noScript: HTML {
    """
    <noscript><p class="empty"><a class="button" href="/builds/\(build.id.rawValue)/jobs/\(job.id.rawValue)\
    ?log=plain#log">Show the log</a> <a class="button" href="/api/v1/jobs/\(job.id.rawValue)/log">All of it as \
    text</a></p></noscript>
    """
  }
}

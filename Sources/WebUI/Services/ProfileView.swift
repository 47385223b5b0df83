internal import Model
internal import Store

/// What somebody has here: his services, and how many builds each has had.
struct ProfileView: Sendable {
  var name: String
  var services: [ServiceRecord]
  var builds: [ServiceID: ServiceBuildCount]

  var title: String { name }

  var html: HTML {
    """
    <div class="page-head"><h1><bdi>\(name)</bdi></h1></div>
    <section class="panel" aria-labelledby="services-title"><div class="panel-head"><h2 id="services-title">Services</h2>\
    <span class="count">\(services.count)</span></div>\(services.isEmpty ? none : table)</section>
    """
  }

  private var none: HTML { "<p class=\"hint\">None yet. <a href=\"/services\">Draw the first one.</a></p>" }

  private var table: HTML {
    """
    <div class="table-scroll"><table class="profile"><thead><tr><th scope="col">Service</th>\
    <th scope="col" class="end">Builds last month</th><th scope="col" class="end">Builds in all</th></tr></thead>\
    <tbody>\(services.map(row))</tbody></table></div>
    """
  }

  private func row(_ service: ServiceRecord) -> HTML {
    let count = builds[service.id] ?? ServiceBuildCount()
    return """
      <tr data-service="\(service.name)"><th scope="row"><a href="/services/\(service.name)/edit">\(service.name)</a></th>\
      <td class="end">\(count.lastMonth)</td><td class="end">\(count.total)</td></tr>
      """
  }
}

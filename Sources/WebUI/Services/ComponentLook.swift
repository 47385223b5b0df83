internal import ServiceModel

/// How a type of component looks in the editor. Its picture is 24 by 24 lines, drawn as the icons are.
extension ComponentType {
  /// In a few words.
  var title: HTML {
    switch self {
    case .http: "answers HTTP requests"
    case .grpc: "answers gRPC calls"
    case .sql: "queries a PostgreSQL database"
    case .redis: "keeps values in Redis"
    case .fileStorage: "keeps files in a bucket"
    case .lookAsideCache: "asks fast sources before slow ones"
    case .orchestrator: "wraps a source in middlewares"
    case .logging: "writes calls to the log"
    case .monitoring: "counts and times calls"
    case .rateLimit: "refuses what is too much"
    case .auth: "refuses strangers"
    case .function: "runs Go of your own"
    }
  }

  /// The sides at which links end (`in`) and begin (`out`).
  var ports: HTML {
    switch group {
    case .network: "out"
    case .storage, .middleware: "in"
    case .strategy, .orchestration, .logic: "in out"
    }
  }

  /// The picture.
  var picture: HTML { Icon.draw(shape, name: "component-picture") }

  private var shape: HTML {
    switch self {
    case .http:
      #"<circle cx="8" cy="8" r="6"/><path d="M2 8h12M8 2c3.6 3.4 3.6 8.6 0 12M8 2c-3.6 3.4-3.6 8.6 0 12"/>"#
    case .grpc: #"<path d="M2 5h9M8.6 2.4L11.2 5 8.6 7.6M14 11H5M7.4 8.4L4.8 11l2.6 2.6"/>"#
    case .sql:
      #"<ellipse cx="8" cy="4" rx="5.4" ry="2"/><path d="M2.6 4v8c0 1.1 2.4 2 5.4 2s5.4-.9 5.4-2V4M2.6 8c0 1.1 2.4 2 5.4 2s5.4-.9 5.4-2"/>"#
    case .redis: #"<path d="M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3"/>"#
    case .fileStorage: #"<path d="M2 4.2h12l-1.5 9.2h-9zM4 4.2C4 1.4 12 1.4 12 4.2"/>"#
    case .lookAsideCache: #"<path d="M9 1.6L3.4 9H8l-1 5.4L12.6 7H8z"/>"#
    case .orchestrator:
      #"<circle cx="3.4" cy="8" r="1.8"/><circle cx="12.6" cy="3.4" r="1.8"/><circle cx="12.6" cy="12.6" r="1.8"/><path d="M5 7.2l6-3M5 8.8l6 3"/>"#
    case .logging: #"<path d="M3 2h10v12H3zM5.4 5h5.2M5.4 8h5.2M5.4 11h3"/>"#
    case .monitoring: #"<path d="M1.6 8.6h3L6.6 3l3 10 2-4.4h2.8"/>"#
    case .rateLimit: #"<path d="M2.2 12a6.4 6.4 0 1 1 11.6 0M8 9.6l3-3.6"/><circle cx="8" cy="10" r="1"/>"#
    case .auth: #"<path d="M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2M8 9.8v1.6"/>"#
    case .function:
      #"<path d="M5.4 2.6C3 2.6 4.6 8 2 8c2.6 0 1 5.4 3.4 5.4M10.6 2.6C13 2.6 11.4 8 14 8c-2.6 0-1 5.4-3.4 5.4"/>"#
    }
  }
}

extension ComponentType.Group {
  /// In the panel of components.
  var title: HTML {
    switch self {
    case .network: "Network"
    case .storage: "Storage"
    case .strategy: "Strategy"
    case .orchestration: "Orchestration"
    case .middleware: "Middleware"
    case .logic: "Logic"
    }
  }
}

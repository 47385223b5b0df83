internal import Model

/// The pictures of the pages, 16 by 16, drawn with lines in the text's colour. They are never alone: words are beside
/// them or name them for screen readers.
enum Icon {
  static func draw(_ shape: HTML, name: HTML = "") -> HTML {
    """
    <svg class="icon \(name)" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" \
    stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">\
    \(shape)</svg>
    """
  }

  static func status(_ status: Status) -> HTML {
    let ring: HTML = #"<circle cx="8" cy="8" r="6.4"/>"#
    return switch status {
    case .queued: draw(#"<circle cx="8" cy="8" r="6.4" stroke-dasharray="2 3.03"/>"#)
    case .running:
      draw(#"<circle class="track" cx="8" cy="8" r="6.4"/><path d="M8 1.6A6.4 6.4 0 0 1 14.4 8"/>"#, name: "spin")
    case .passed: draw(ring + #"<path d="M5.2 8.3l2 2 3.7-4.2"/>"#)
    case .passedWithFailures: draw(#"<path d="M8 2.1l6.2 11.1H1.8z"/><path d="M8 6.4v3.1M8 11.5v.05"/>"#)
    case .failed: draw(ring + #"<path d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2"/>"#)
    case .killed: draw(ring + #"<path d="M6.1 6.1h3.8v3.8H6.1z" fill="currentColor"/>"#)
    case .timedOut: draw(ring + #"<path d="M8 4.4V8l2.4 1.6"/>"#)
    case .skipped: draw(#"<path d="M3.5 4.5L7 8l-3.5 3.5M8.5 4.5L12 8l-3.5 3.5"/>"#)
    }
  }

  static let mark = draw(
    #"<path d="M1.8 3.2l3 9.6L8 5.4l3.2 7.4 3-9.6"/>"#, name: "mark")
  static let theme = draw(
    #"<circle cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" stroke="none"/>"#)
  static let keyboard = draw(
    #"<path d="M1.5 4h13v8h-13z"/><path d="M4 6.7h.05M6.7 6.7h.05M9.4 6.7h.05M12 6.7h.05M5 9.4h6"/>"#)
  static let commit = draw(#"<circle cx="8" cy="8" r="2.6"/><path d="M8 1.2v4.2M8 10.6v4.2"/>"#)
  static let branch = draw(
    #"<circle cx="4.4" cy="3.6" r="1.9"/><circle cx="4.4" cy="12.4" r="1.9"/><circle cx="11.6" cy="5.6" r="1.9"/>"#
      + #"<path d="M4.4 5.5v5M11.6 7.5c0 2.6-4 2.2-6.4 3.4"/>"#)
  static let tag = draw(#"<path d="M1.8 7.6V1.8h5.8l6.6 6.6-5.8 5.8z"/><path d="M4.9 4.9h.05"/>"#)
  static let pin = draw(#"<path d="M5.2 1.8h5.6M6 1.8v4.4L3.8 9.4h8.4L10 6.2V1.8M8 9.4v5"/>"#)
  static let copy = draw(#"<path d="M5.5 5.5h8.2v8.2H5.5z"/><path d="M10.5 5.5V2.3H2.3v8.2h3.2"/>"#)
  static let download = draw(#"<path d="M8 1.8v8.4M4.6 7L8 10.4 11.4 7M2.2 13.8h11.6"/>"#)
  static let cross = draw(#"<path d="M4 4l8 8M12 4l-8 8"/>"#)
  static let search = draw(#"<circle cx="7" cy="7" r="4.8"/><path d="M10.6 10.6l3.6 3.6"/>"#)
  static let up = draw(#"<path d="M3.5 10.2L8 5.7l4.5 4.5"/>"#)
  static let down = draw(#"<path d="M3.5 5.8L8 10.3l4.5-4.5"/>"#)
  static let end = draw(#"<path d="M8 1.8v8.4M4.6 7L8 10.4 11.4 7M3 13.8h10"/>"#)
  static let wrap = draw(#"<path d="M2 3.5h12M2 8h9.5a2.4 2.4 0 0 1 0 4.8H8M9.8 10.9L7.8 12.8l2 1.9M2 12.8h3"/>"#)
  static let rerun = draw(#"<path d="M13.6 8A5.6 5.6 0 1 1 11.7 3.8M12 1.4v2.8H9.2"/>"#)
  static let undo = draw(#"<path d="M3 6.5h6.5a3.7 3.7 0 0 1 0 7.4H6M5.6 3.6L2.7 6.5l2.9 2.9"/>"#)
  static let redo = draw(#"<path d="M13 6.5H6.5a3.7 3.7 0 0 0 0 7.4H10M10.4 3.6l2.9 2.9-2.9 2.9"/>"#)
  static let stop = draw(#"<path d="M3.6 3.6h8.8v8.8H3.6z"/>"#)
  static let clock = draw(#"<circle cx="8" cy="8" r="6.2"/><path d="M8 4.5V8l2.3 1.5"/>"#)
}

/// What hears of a document's parts, in order.
public protocol XMLHandler: AnyObject {
  /// An element begins. False ends the reading; nothing is wrong then.
  func began(_ element: String, _ attributes: [String: String]) -> Bool
  /// The innermost element ends.
  func ended()
  /// Text in the innermost element; comes in pieces, also in the middle of a word.
  func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

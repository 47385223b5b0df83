internal import Queue

extension QueueOffer {
  /// What an agent offers.
  init(_ offer: AgentOffer) {
    self.init(drivers: Set(offer.drivers), labels: offer.labels, owner: offer.owner)
  }
}

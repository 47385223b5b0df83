internal import Crypto

extension Sealer.Purpose {
  /// What proves that a key is the database's.
  static let proof = Self(rawValue: "sealing.proof")
}

extension DatabaseConnection {
  /// Throws `StoreError.otherKey` where the database's secrets were sealed with another key than the sealer's: what it
  /// seals from then on could not be opened together with what is there. The first sealer that comes is the right one.
  func checkKey(of sealer: Sealer) throws {
    let proof = try first("SELECT proof FROM sealing") { $0.bytes(0) ?? [] }
    guard let proof else {
      let new = try sealer.seal("", for: .proof)
      try execute("INSERT INTO sealing (proof) VALUES ($1)", [.bytes(new)])
      return
    }
    do throws(CryptoError) { _ = try sealer.open(proof, for: .proof) } catch { throw StoreError.otherKey }
  }

  /// Throws `StoreError.otherKey` where the sealer's key is not the database's; changes nothing.
  func proveKey(of sealer: Sealer) throws {
    let proof = try first("SELECT proof FROM sealing") { $0.bytes(0) ?? [] }
    do throws(CryptoError) { _ = try sealer.open(proof ?? [], for: .proof) } catch { throw StoreError.otherKey }
  }
}

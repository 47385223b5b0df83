extension BuildMessage {
  /// The form that is documented.
  static let shape = JSONShape.object(
    [
      "git": .object(
        [
          "repository": .string, "branch": .string, "gitUsername": .string, "gitKey": .string,
          "requiresAuth": .boolean, "noClone": .boolean,
        ], required: ["noClone"]),
      "buildOptions": .object(
        [
          "cores": .number, "maxJobs": .number, "keep_going": .boolean, "extraArgs": .string,
          "substituters": .array(of: .string), "trustedPublicKeys": .array(of: .string), "command": .string,
          "cachix": .object(
            ["push": .boolean, "target": .string, "apiKey": .string, "signingKey": .string], required: ["push"]),
        ], required: ["command", "cachix"]),
    ], required: ["git", "buildOptions"], isOpen: true)

  /// The form that later clients send: rows of a database, names in lower case, caches with their keys.
  static let laterShape = JSONShape.object(
    [
      "git_config": .object(
        [
          "id": .number, "builder_id": .number, "repository": .string, "branch": .string, "gitusername": .string,
          "gitkey": .string, "requiresauth": .boolean, "noclone": .boolean,
        ], required: ["noclone"]),
      "builder": .object([
        "id": .number, "cache_id": .number, "name": .string, "description": .string, "enabled": .boolean,
        "trigger": .string, "cron": .string, "arch": .string, "webhookurl": .string,
      ]),
      "cachix_config": .object([
        "id": .number, "builder_id": .number, "push": .boolean, "target": .string, "apikey": .string,
        "signingkey": .string, "buildoutputdir": .string,
      ]),
      "build_options": .object(
        [
          "id": .number, "builder_id": .number, "cores": .number, "maxjobs": .number, "keep_going": .boolean,
          "extraargs": .string, "parallelbuilds": .boolean, "command": .string,
          "substituters": .array(
            of: .object(["url": .string, "public_signing_keys": .array(of: .string)], isOpen: true)),
        ], required: ["command"]),
    ], required: ["git_config", "build_options", "cachix_config"], isOpen: true)
}

extension Migration {
  /// What builds need of their agents, and what agents say of themselves. `agents` had no rows before.
  ///
  /// `further_drivers` is what a build needs beside `driver`. An agent's row is written when it is new, when something
  /// about it changes, and now and then while it is heard of (`seen_at`); `shared` is 1 where it takes everybody's builds.
  static let agents = Migration(number: 14, name: "agents") { dialect in
    ["labels TEXT", "further_drivers TEXT", "agent_id BIGINT"].map { "ALTER TABLE builds ADD COLUMN \($0)" }
      + [
        "shared BIGINT NOT NULL DEFAULT 0", "instance TEXT NOT NULL DEFAULT ''", "labels TEXT",
        "slots BIGINT NOT NULL DEFAULT 0", "version TEXT NOT NULL DEFAULT ''", "machine TEXT",
        "draining BIGINT NOT NULL DEFAULT 0",
      ].map { "ALTER TABLE agents ADD COLUMN \($0)" }
      + [
        "CREATE INDEX builds_agent ON builds (agent_id, id) WHERE agent_id IS NOT NULL",
        """
        CREATE TABLE queue_samples (
          minute BIGINT NOT NULL PRIMARY KEY, queued BIGINT NOT NULL, running BIGINT NOT NULL,
          waited_ms BIGINT NOT NULL, begun BIGINT NOT NULL, longest_ms BIGINT NOT NULL)
        """,
      ]
  }
}

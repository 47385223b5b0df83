import DatabasePostgres
import Files
import Glibc
import PostgreSQL
import Store
import Testing

@testable import DatabaseConformance

/// A database that the planner takes for one of a million builds.
///
/// Its tables are filled with a fiftieth of that and then made longer by holes: the planner goes by the lengths of the
/// files and by the density that the statistics say. `WRIGHT_REAL_BUILDS` has that many filled in for real instead.
struct MillionBuilds {
  static let builds = 1_000_000
  /// Tables that grow with use.
  static let large: Set<String> = [
    "builds", "build_plans", "build_tags", "jobs", "small_logs", "artifacts", "messages", "tests", "tokens",
    "repositories", "repository_refs", "cache_paths", "cache_uploads", "small_nars",
  ]

  let session: PostgreSQLSession

  init() async throws {
    let schema = try TestSchema()
    let database = try await PostgresDatabase.open(schema.uri)
    _ = try await Fixture(database)
    await database.close()
    session = try PostgreSQLSession(uri: schema.uri)
    let real = getenv("WRIGHT_REAL_BUILDS").flatMap { Int(String(cString: $0)) }
    let filled = real ?? Self.builds / 50
    // What refers to what is known.
    _ = try session.run("SET session_replication_role = replica")
    for statement in Self.filling(filled) { _ = try session.run(statement) }
    for table in Self.large {
      // A cleaner in the background would find out how it is.
      _ = try session.run("ALTER TABLE \(table) SET (autovacuum_enabled = off)")
    }
    _ = try session.run("VACUUM ANALYZE")
    if real == nil { try lengthen(by: Self.builds / filled) }
  }

  /// Makes the files of large tables and their indices longer, and has the statistics say that this is filled too.
  private func lengthen(by factor: Int) throws {
    let folder = try #require(getenv("WRIGHT_TEST_POSTGRES_FOLDER").map { String(cString: $0) })
    let names = Self.large.map { "'\($0)'" }.joined(separator: ", ")
    let found = try session.run(
      """
      SELECT c.oid::bigint, pg_relation_filepath(c.oid)::text, (pg_relation_size(c.oid) / 8192)::bigint FROM pg_class c
      LEFT JOIN pg_index i ON i.indexrelid = c.oid
      WHERE COALESCE(i.indrelid, c.oid) IN (SELECT oid FROM pg_class WHERE relname IN (\(names))
        AND relnamespace = current_schema()::regnamespace)
      """)
    for row in 0..<found.rowCount {
      guard let id = found.integer(row, 0), let path = found.text(row, 1), let pages = found.integer(row, 2) else {
        continue
      }
      // A file of a table has at most a gigabyte.
      let length = min(pages * Int64(factor), 131_072)
      guard pages > 0, truncate("\(folder)/data/\(path)", off_t(length * 8192)) == 0 else {
        if pages > 0 { throw FileError.last("truncate \(path)") }
        continue
      }
      _ = try session.run(
        """
        UPDATE pg_class SET relpages = (relpages * \(length) / \(pages))::int,
          relallvisible = (relallvisible * \(length) / \(pages))::int, reltuples = reltuples * \(length) / \(pages)
        WHERE oid = $1
        """, [.integer(id)])
    }
  }

  /// What has `builds` builds filled in, half of them the first user's.
  static func filling(_ builds: Int) -> [String] {
    people(builds) + work(builds) + caches(builds)
  }

  private static func people(_ builds: Int) -> [String] {
    [
      """
      INSERT INTO users (name, created_at) SELECT 'u' || i, i FROM generate_series(2, 50) i
      """,
      """
      INSERT INTO namespaces (owner, path, created_at)
      SELECT 1 + i % 50, 'n' || i / 50, i FROM generate_series(0, 199) i
      """,
      """
      INSERT INTO tokens (owner, kind, hash, comment, created_at, expires_at)
      SELECT 1 + i % 50, CASE WHEN i % 5 = 0 THEN 'user' ELSE 'session' END, decode(lpad(to_hex(i), 64, '0'), 'hex'), '',
        i, 1900000000000 + i FROM generate_series(1, \(builds / 10)) i
      """,
      """
      INSERT INTO repositories (owner, url, address, watch_type, watch_pattern, every_ms, created_at, next_check_at,
        failures)
      SELECT 1 + i % 50, 'https://example.org/' || i, '', 'default', '', 60000, i, i, i % 20 / 19
      FROM generate_series(1, \(builds / 20)) i
      """,
      """
      INSERT INTO services (owner, name, draft, draft_saved_at, created_at)
      SELECT 1 + i % 50, 's' || i, '{}', i, i FROM generate_series(1, 200) i
      """,
    ]
  }

  private static func work(_ builds: Int) -> [String] {
    let commit = "md5((i / 3)::text) || substr(md5(i::text), 1, 8)"
    return [
      """
      INSERT INTO builds (owner, namespace, number, kind, status, attempt, created_at, started_at, finished_at,
        trigger_type, trigger_comment, tags, commit_hash, driver, timeout_ms, search, repository, ref, lineage, service)
      SELECT owner, CASE WHEN i % 3 = 0 THEN (SELECT MIN(id) FROM namespaces) + i % 200 END, i,
        CASE WHEN i % 20 = 0 THEN 'nix' WHEN i % 10 = 0 THEN 'program' ELSE 'pipeline' END,
        CASE WHEN i % 1000 = 0 THEN 'queued' WHEN i % 10001 = 0 THEN 'running' WHEN i % 12 = 0 THEN 'failed'
          ELSE 'passed' END,
        1, i, i, CASE WHEN i % 1000 > 0 THEN i END, 'api', 'a comment of the build', 't' || i % 50,
        CASE WHEN i % 3 > 0 THEN \(commit) END, 'host', 3600000, '#' || i || ' a comment of the build, and its sources',
        CASE WHEN i % 4 = 0 THEN 1 + i % \(builds / 20) END, CASE WHEN i % 4 = 0 THEN 'refs/heads/b' || i % 7 END,
        hashint8(i / 40), CASE WHEN i % 25 = 0 THEN 1 + i / 25 % 200 END
      FROM (SELECT i, CASE WHEN i % 2 = 0 THEN 1 ELSE 1 + i % 50 END AS owner FROM generate_series(1, \(builds)) i) s
      """,
      """
      INSERT INTO build_plans (build, owner, manifest, plan)
      SELECT id, owner, repeat('manifest ', 8), repeat('plan ', 20) FROM builds
      """,
      "INSERT INTO build_tags (build, owner, tag) SELECT id, owner, tags FROM builds",
      """
      INSERT INTO jobs (build, owner, position, stage, name, status, created_at)
      SELECT b.id, b.owner, p, 'test', 'job', 'passed', b.id FROM builds b, generate_series(0, 2) p ORDER BY b.id, p
      """,
      "INSERT INTO small_logs (job, owner, content) SELECT id, owner, '0123456789' FROM jobs",
      """
      INSERT INTO artifacts (build, job, owner, name, source, sha256, md5, size, permissions, folder, created_at,
        deleted_at)
      SELECT b.id, b.id * 3, b.owner, 'a' || i, 's', md5((b.id / 2)::text) || md5('b'), md5('c'), 1000, 420,
        COALESCE(commit_hash, 'build-' || b.id), b.id, CASE WHEN b.id % 3 = 0 THEN 1 END
      FROM builds b, generate_series(1, 2) i ORDER BY b.id
      """,
      """
      INSERT INTO messages (build, job, owner, place, severity, file, text, log_line, fingerprint)
      SELECT id, id * 3, owner, i, 'warning', 'f.c', 'unused', 1, hashint8(id) FROM builds, generate_series(1, 3) i
      WHERE id % 3 = 0 ORDER BY id
      """,
      """
      INSERT INTO tests (build, job, owner, place, sort, suite, name, status)
      SELECT id, id * 3, owner, i, i, 's', 't' || i, 'passed' FROM builds, generate_series(1, 10) i
      WHERE id % 10 = 0 ORDER BY id
      """,
      """
      INSERT INTO repository_refs (repository, owner, name, commit_hash, moved_at, build)
      SELECT r.id, r.owner, 'refs/heads/b' || i, md5(r.id::text), r.id, r.id
      FROM repositories r, generate_series(1, 7) i ORDER BY r.id
      """,
    ]
  }

  private static func caches(_ builds: Int) -> [String] {
    [
      """
      INSERT INTO caches (owner, name, public, priority, compression, created_at)
      SELECT i, 'c' || i, 1, 40, 'zstd', i FROM generate_series(1, 10) i
      """,
      """
      INSERT INTO cache_paths (cache, owner, hash, name, nar_hash, nar_size, file_hash, file_size, compression, refs,
        signatures, created_at, used_at)
      SELECT 1 + i % 10, 1, md5(i::text), 'name-' || i, md5(i::text), 1000, md5('n' || i / 2), 1000, 'zstd', '', '', i, i
      FROM generate_series(1, \(builds)) i
      """,
      """
      INSERT INTO cache_uploads (nar, cache, owner, completed_at)
      SELECT md5(i::text), 1 + i % 10, 1, 1900000000000 + i FROM generate_series(1, \(builds / 10)) i
      """,
      """
      INSERT INTO small_nars (sha256, owner, content)
      SELECT md5('n' || i / 2), 1, 'content' FROM generate_series(1, \(builds / 10), 2) i
      """,
    ]
  }
}

internal import Concurrency

/// For the agent's own few file operations; they last as long as the process.
let blockingThreads = BlockingThreads(name: "agent-files", count: 2)

public import Logs
public import Store

// The store keeps small logs with their jobs. Said here, where both ports are known and the jobs' ends are stored.
extension Store: SmallLogs {}

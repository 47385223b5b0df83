// LogsFile

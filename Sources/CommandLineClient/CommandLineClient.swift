// CommandLineClient

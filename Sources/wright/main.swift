import App
import Glibc

Application.prepare()
// With `await` out here the runtime would hand this thread to libdispatch, which unblocks every signal in it: the first
// TERM would end the process on the spot instead of being waited for.
Task.detached { exit(await Application.run(Array(CommandLine.arguments.dropFirst()))) }
while true { pause() }

import App
import Glibc

Application.prepare()
exit(await Application.run(Array(CommandLine.arguments.dropFirst())))

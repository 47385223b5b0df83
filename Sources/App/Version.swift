/// The program's version, as `wright version` and the API tell it.
let programVersion = "0.1.0"

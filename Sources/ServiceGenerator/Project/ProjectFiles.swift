internal import ServiceModel

/// All files of a service that are no Go code, but the lock.
enum ProjectFiles {
  static func files(of service: ResolvedService, module: String, dockerHubUsername: String?) -> [GeneratedFile] {
    Migrations.files(of: service) + GoModuleFile.files(of: service, module: module) + ContainerFiles.files(of: service)
      + [PipelineFile.file(of: service, dockerHubUsername: dockerHubUsername), ReadmeFile(service: service).file]
      + (service.uses(.http) ? [OpenAPIFile(service: service).file] : [])
  }
}

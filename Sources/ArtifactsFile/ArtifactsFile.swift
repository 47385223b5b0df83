// ArtifactsFile

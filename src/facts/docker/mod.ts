/** Facts about Docker: containers, images, networks, volumes, plugins and the engine. */

export * from "./details.ts";
export {
  DockerContainer,
  DockerContainerEnvs,
  DockerContainerLabels,
  DockerContainerMounts,
  DockerContainerNetworks,
  DockerContainerPorts,
  DockerContainers,
  DockerImage,
  DockerImageDefaults,
  DockerImageLabels,
  DockerImageLayers,
  DockerImages,
  DockerNetwork,
  DockerNetworkLabels,
  DockerNetworks,
  type DockerObject,
  DockerPlugin,
  DockerPlugins,
  DockerVolume,
  DockerVolumeLabels,
  DockerVolumes,
  type ImageDefaults,
  type ObjectArgs,
  type PortBinding,
} from "./inspect.ts";

/** What is wanted of a container. */

/** Arguments of `docker.container`. */
export interface ContainerArgs {
  /** Name of the container. */
  container: string;
  /** The image with its tag, such as `nginx:alpine`; needed where the container does not exist yet. */
  image?: string | undefined;
  /** Ports to publish: `["8080:80", "127.0.0.1:53:53/udp"]`. */
  ports?: readonly string[] | undefined;
  /** Names of networks to attach the container to. */
  networks?: readonly string[] | undefined;
  /** Volumes and directories to mount: `["data:/var/lib/data", "/etc/app:/etc/app:ro"]`. */
  volumes?: readonly string[] | undefined;
  /** Environment variables: `["MODE=production"]`. One that holds a secret is not seen in the list of processes. */
  envVars?: readonly string[] | undefined;
  /** Paths on the host of files that hold environment variables. A change inside of them is not noticed. */
  envFiles?: readonly string[] | undefined;
  /** Labels: `["role=web"]`. */
  labels?: readonly string[] | undefined;
  /** Pulls the image when the container is created, even if it is there. Default: `false`. */
  pullAlways?: boolean | undefined;
  /** Whether the container should exist. Default: `true`. */
  present?: boolean | undefined;
  /** Removes the container and creates it again, each time. Default: `false`. */
  force?: boolean | undefined;
  /** Whether the container should run. Default: `true`. */
  start?: boolean | undefined;
  /** When it is started again by itself: `no`, `always`, `unless-stopped`, `on-failure:3`. */
  restartPolicy?: string | undefined;
  /** Removes the container when it ends. Default: `false`. */
  autoRemove?: boolean | undefined;
  /** Mounts in the long form: `["type=bind,source=/srv,target=/srv"]`. */
  mounts?: readonly string[] | undefined;
  /** Gives it all rights on the host. Default: `false`. */
  privileged?: boolean | undefined;
  /** Its host name. */
  hostname?: string | undefined;
  /** The program to start instead of the image's entrypoint. */
  entrypoint?: string | undefined;
  /** User that it runs as, by name or number, perhaps with a group: `1000:1000`. */
  user?: string | undefined;
  /** How many processors it may use, such as 1.5. */
  cpus?: number | undefined;
  /** How much memory it may use: `512m`, `1g`. */
  memory?: string | undefined;
  /** More arguments for `docker container create`. A change of them is not noticed. */
  extraArgs?: readonly string[] | undefined;
  /** Addresses of name servers. */
  dns?: readonly string[] | undefined;
  /** The command to run instead of the image's, as it is typed: `sh -c 'echo it'`. Nothing in it is expanded. */
  command?: string | undefined;
}

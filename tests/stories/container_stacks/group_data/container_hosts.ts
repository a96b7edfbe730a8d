/** The stacks, and where they live. */

import { type Secret, secret } from "drover";

/** A service of a stack, in the words of compose files. */
export interface Service {
  image: string;
  tag: string;
  ports?: string[];
  volumes?: string[];
  depends_on?: string[];
  command?: string[];
}

/** Services that are started and stopped together. */
export interface Stack {
  services: Record<string, Service>;
  /** Environment of all its services; it stands in a file that only root reads. */
  env?: Record<string, string | number | Secret>;
  /** `false` stops the stack and removes it with its data. */
  present?: boolean;
}

export const _sudo = true;

export const compose = "/usr/bin/docker-compose";
export const stacks_directory = "/srv/stacks";

export const stacks: Record<string, Stack> = {
  paperless: {
    services: {
      web: {
        image: "paperlessngx/paperless-ngx",
        tag: "2.14",
        ports: ["127.0.0.1:8010:8000"],
        volumes: ["./data/media:/usr/src/paperless/media", "./data/consume:/usr/src/paperless/consume:ro"],
        depends_on: ["broker", "db"],
      },
      broker: { image: "redis", tag: "7" },
      db: { image: "postgres", tag: "16", volumes: ["./data/db:/var/lib/postgresql/data"] },
    },
    env: {
      PAPERLESS_URL: "https://paper.example.com",
      PAPERLESS_TIME_ZONE: "Europe/Berlin",
      PAPERLESS_TASK_WORKERS: 2,
      PAPERLESS_SECRET_KEY: secret("k3y-&<of>-paperless"),
    },
  },
  whoami: {
    services: {
      whoami: {
        image: "traefik/whoami",
        tag: "v1.10",
        ports: ["8020:80"],
        command: ["--name", 'it\'s "me" & <you>'],
      },
    },
  },
};

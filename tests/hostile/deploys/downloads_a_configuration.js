import { files } from "drover/operations";
await files.get({ src: "/etc/hostname", dest: "config.ts" });

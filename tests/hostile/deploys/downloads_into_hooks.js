import { files } from "drover/operations";
await files.get({ src: "/etc/hostname", dest: ".git/hooks/post-checkout", createLocalDir: true });

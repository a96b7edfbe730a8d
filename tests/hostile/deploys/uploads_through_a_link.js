import { files } from "drover/operations";
await files.put({ src: "link/secret", dest: `${Deno.cwd()}/got` });

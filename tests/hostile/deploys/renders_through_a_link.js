import { files } from "drover/operations";
await files.template({ src: "through.j2", dest: `${Deno.cwd()}/got` });

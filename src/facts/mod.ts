/** All facts, by module. */

import * as files from "./files.ts";
import * as server from "./server.ts";

export { files, server };

declare module "../host/fact.ts" {
  interface FactModules {
    files: typeof files;
    server: typeof server;
  }
}

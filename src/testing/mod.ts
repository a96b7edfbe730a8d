/** Helpers for testing operations and deploys: the public "drover/testing". */

export { type Circumstances, type Collected, collectSteps } from "./steps.ts";

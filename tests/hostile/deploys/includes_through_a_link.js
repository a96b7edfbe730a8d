import { include } from "drover";
await include("link/included.js");

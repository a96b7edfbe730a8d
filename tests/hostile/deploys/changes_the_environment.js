import process from "node:process";
for (const way of [() => Deno.env.set("PATH", "/nowhere"), () => void (process.env.PATH = "/nowhere")]) {
  try {
    way();
  } catch {
    // Refused.
  }
}
throw new Error(Deno.env.get("PATH") === "/nowhere" ? "ESCAPED" : "stayed");

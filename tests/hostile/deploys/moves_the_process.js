const before = Deno.cwd();
for (const way of [() => Deno.chdir("/"), () => Deno.chdir("downloads"), () => Deno.umask(0)]) {
  try {
    way();
  } catch {
    // Refused.
  }
}
throw new Error(Deno.cwd() === before ? "stayed" : "ESCAPED");

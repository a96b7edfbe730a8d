const text = Deno.readTextFileSync("link/secret");
throw new Error(`ESCAPED with ${text}`);

const name = "jsr:@std/path@1.0.0";
await import(name);
throw new Error("ESCAPED");

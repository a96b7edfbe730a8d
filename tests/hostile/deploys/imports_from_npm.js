const name = "npm:left-pad@1.3.0";
await import(name);
throw new Error("ESCAPED");

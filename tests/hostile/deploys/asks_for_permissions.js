const { state } = await Deno.permissions.request({ name: "env" });
throw new Error(state === "granted" ? "ESCAPED" : "not granted");

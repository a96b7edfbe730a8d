const { default: data } = await import("../link/" + "data.json", { with: { type: "json" } });
throw new Error(`ESCAPED with ${data.key}`);

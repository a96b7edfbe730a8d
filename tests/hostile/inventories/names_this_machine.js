export const targets = ["@local"];

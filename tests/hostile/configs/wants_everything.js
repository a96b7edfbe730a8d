export const permissions = { read: true, write: true, run: true, env: true, net: true };

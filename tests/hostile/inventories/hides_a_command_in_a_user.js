export const targets = [["web-01", { ssh_user: "a`touch OUTSIDE/written`", ssh_port: 9 }]];

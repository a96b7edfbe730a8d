export const targets = [["web-01", { ssh_key: "x\nProxyCommand touch OUTSIDE/written", ssh_port: 9 }]];

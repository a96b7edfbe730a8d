export const targets = [["127.0.0.1", { ssh_known_hosts_file: "OUTSIDE/written", ssh_port: 9 }]];

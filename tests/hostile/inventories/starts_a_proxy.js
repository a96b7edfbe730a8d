export const targets = [["web-01", { ssh_config_file: "ssh_config", ssh_port: 9 }]];

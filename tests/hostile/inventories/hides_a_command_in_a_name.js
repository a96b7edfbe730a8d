export const targets = [["web-01", { ssh_hostname: "x$(touch${IFS}OUTSIDE/written)", ssh_port: 9 }]];

# Hosts to try things on
my_hosts = ["web-01.example.net", "web-02.example.net"]
local = ["@local"]

prometheus = [("mon-01.example.net", {"retention_days": 30})]
nodes = ["node-%02d.example.net" % index for index in range(1, 6)]

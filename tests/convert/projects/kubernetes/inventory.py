masters = ["k8s-master-1.example.net"]
workers = [(f"k8s-worker-{n}.example.net", {"zone": zone}) for n, zone in enumerate(["a", "b"], 1)]
cluster = (masters + workers, {"k8s_version": "1.30"})

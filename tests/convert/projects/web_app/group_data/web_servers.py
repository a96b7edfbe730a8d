app_port = 8080

sites = [
    {"name": "shop", "domain": "shop.example.net", "aliases": ["www.shop.example.net"], "tls": True},
    {"name": "blog", "domain": "blog.example.net", "aliases": [], "tls": False},
]

from os import environ

# Shared by all
app_name = "shop"
app_user = "shop"
app_port = 8000
packages = ["git", "curl"]
debug = False
release = None
_sudo = True
db_password = environ.get("DB_PASSWORD", "changeme")

env = {
    "APP_PORT": "8000",
    "APP_ENV": "production",  # never "prod"
}

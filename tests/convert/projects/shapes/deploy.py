# Shapes of Python that come up in deploys, one after the other
import os
import re
from pyinfra import host
from pyinfra.operations import files, server
from values import DEFAULT_PORT, describe, settings
import values

name = "demo"
total = 0
for index, word in enumerate(["a", "b", "c"]):
    if index == 0:
        continue
    total += index
    last = word
count = len(host.groups)
pairs = {k: v for k, v in zip(["x", "y"], [1, 2])}
evens = [n for n in range(10) if n % 2 == 0]
nested = [a + b for a in ["1", "2"] for b in ["x"]]
flag = not name and total or count
both = not name == "x" and total > 1
middle = 1 < total < 10
first, second = "one", "two"
second, first = first, second
rest = evens[1:-1]
tail = evens[-1]
upper = name.upper() if name else None
message = "%-10s|%05d|%.2f%%" % (name, total, 99.5)
spaced = f"{name:>8}|{total:03d}|{count!r}"
joined = "a" "b" f"{name}"
raw = r"^\d+\.conf$"
long_text = """first
  second `with` ${nothing}
"""
quoted = 'He said "no"'
matrix = [[1, 2], [3, 4]]
config = {"a": {"b": [1, None, True]}}
config["c"] = DEFAULT_PORT
del config["a"]
new = "reserved word"
while total < 5:
    total += 1
    if total == 4:
        break
if name in config or "c" in config:
    server.shell(commands=[describe(name, port=total)])
server.shell(
    # the commands come one after the other
    commands=[f"echo {line}" for line in long_text.splitlines() if line.strip()],  # only what is there
)
server.shell(commands=f"echo {values.settings['greeting']} {settings.get('missing', 'none')}")
files.put(src=os.path.join("files", f"{name}.txt"), dest=f"/tmp/{message}")
cleaned = re.sub("a", "b", name)
server.shell(commands=[f"echo {cleaned}"])
if __name__ == "__main__":
    server.shell(commands=["echo main"])
double = lambda value, factor=2: value * factor
server.shell(commands=["echo {}".format(upper or "nothing")])
assert name != "", "a name is needed"
lowest = min(total, count)
keys = sorted(config, key=str, reverse=True)
anything = any(key.startswith("c") for key in keys)
matching = [key for key in keys if key.endswith(("c", "d"))]
quotient, remainder = total // 2, total % 2

/** Expressions and small programs whose values are compared with Python's own. */

/** Lines that come before the expressions, in Python. */
export const SETUP = `
import json
import os
from textwrap import dedent
name = "demo"
empty = ""
port = 8080
ratio = 0.75
flag = True
off = False
nothing = None
packages = ["vim", "git", "curl"]
none_at_all = []
numbers = [3, 1, 2, 10]
user = {"name": "anna", "groups": ["sudo", "adm"], "uid": 1000, "admin": True, "shell": None}
pairs = [("a", 1), ("b", 2)]
users = {"anna": {"uid": 1}, "bert": {"uid": 2}}
text = "  one two\\tthree  "
path = "/srv/app/conf.d/site.conf"
TEMPLATE = "{name}:{port:>6}|{0!r}"
def join_all(first, second="b", *rest):
    result = first + second
    for one in rest:
        result += "-" + one
    return result
def describe(item, size=None, *, loud=False):
    label = item if size is None else f"{item} ({size})"
    return label.upper() if loud else label
total = 0
for index, word in enumerate(packages, start=1):
    if word == "git":
        continue
    total += index
else_text = []
while len(else_text) < 3:
    else_text.append(str(len(else_text)))
grown = list(packages)
grown.insert(0, "first")
grown.remove("git")
grown += ["last"]
filled = {}
for key, value in pairs:
    filled[key] = value * 2
filled.setdefault("c", 9)
a, b = 1, 2
a, b = b, a
`;

/** Expressions, each a line of Python. */
export const EXPRESSIONS: readonly string[] = [
  `not name and port`,
  `not name == "demo" or port > 1`,
  `name and not empty and not off`,
  `name and not empty or off`,
  `off or not flag or nothing`,
  `name or "other"`,
  `empty or none_at_all or "last"`,
  `none_at_all and 1`,
  `packages and packages[0]`,
  `nothing is None and flag is True`,
  `nothing is not None`,
  `1 < port < 9000`,
  `"git" in packages and "x" not in packages`,
  `"uid" in user`,
  `"em" in name`,
  `("a", 1) in pairs`,
  `[1, [2, 3]] == [1, [2, 3]]`,
  `user == dict(user)`,
  `f"{name}:{port}"`,
  `f"{flag} {nothing} {packages} {user['groups']}"`,
  `f"{name!r:>10}|{port:06d}|{ratio:.1f}|{port:,}|{name:<6}|{name:^7}|{port:x}|{port:#o}"`,
  `f"{{braces}} {name.upper()} {len(packages)}"`,
  `"%s has %d of %05.1f%% and %-6s|%6s|%r" % (name, port, ratio, "a", "b", "c")`,
  `"%(name)s is %(uid)d" % user`,
  `"one %s" % name`,
  `"{} {} {}".format(name, port, flag)`,
  `"{1} {0} {1}".format("a", "b")`,
  `"{name} {uid:05d}".format(**user)`,
  `TEMPLATE.format("x", name=name, port=port)`,
  `"a" "b" f"{name}" 'c'`,
  `r"^\\d+\\.conf$"`,
  `"tab\\tnewline\\nquote\\"back\\\\slash \\x41 \\u00e9 \\101"`,
  `'it\\'s $HOME \`date\` \${x}'`,
  `"""three
lines "quoted"
"""`,
  `", ".join(packages)`,
  `" ".join(f"-p {one}" for one in packages)`,
  `text.split()`,
  `text.strip().split(" ", 1)`,
  `"a,b,,c".split(",")`,
  `"a:b:c".rsplit(":", 1)`,
  `"one\\ntwo\\n".splitlines()`,
  `"xxhixx".strip("x") + "xxhi".lstrip("x") + "hixx".rstrip("x")`,
  `"a.b.c".replace(".", "$&")`,
  `name.startswith("de") and path.endswith((".conf", ".cfg"))`,
  `"hello World".title() + "hELLO".capitalize()`,
  `"7".zfill(3)`,
  `"12".isdigit()`,
  `[n * 2 for n in numbers if n > 1]`,
  `[x + y for x in ["a", "b"] for y in ["1", "2"]]`,
  `{k: v for k, v in pairs}`,
  `sorted({n % 3 for n in numbers})`,
  `sorted(numbers, reverse=True)`,
  `sorted(packages, key=lambda one: len(one))`,
  `[k for k in users]`,
  `[f"{k}={v['uid']}" for k, v in users.items()]`,
  `list(users.keys()) + [str(v["uid"]) for v in users.values()]`,
  `user.get("shell", "/bin/sh")`,
  `user.get("missing", "/bin/sh")`,
  `user.get("missing") or "none"`,
  `packages[-1] + packages[0] + name[0] + name[-1]`,
  `packages[1:] + packages[:-1]`,
  `name[1:3] + name[:2] + name[-2:]`,
  `numbers[::-1]`,
  `len(packages) + len(user) + len(name)`,
  `list(range(5)) + list(range(10, 4, -3))`,
  `list(enumerate(["x", "y"], 1))`,
  `list(zip(["x", "y"], numbers))`,
  `[min(numbers), max(numbers), sum(numbers), abs(-3)]`,
  `any(n > 5 for n in numbers) and all(packages)`,
  `7 // 2 + -7 // 2 + 7 % 3 + -7 % 3`,
  `2 ** 10 - 3 * 4`,
  `"ab" * 3`,
  `int("42") + int(3.9)`,
  `str(port) + str(flag) + str(nothing)`,
  `repr("it's") + repr('say "hi"') + repr([1, "a", None, True])`,
  `"yes" if packages else "no"`,
  `"yes" if none_at_all else "no"`,
  `"some" if nothing else "none"`,
  `bool(none_at_all) or bool(user)`,
  `isinstance(name, str) and not isinstance(packages, (dict, str))`,
  `os.path.join("/srv", "app", "x") + os.path.join("a/", "/b")`,
  `os.path.basename(path) + os.path.dirname(path)`,
  `dedent("""\\
    one
      two
    three
    """)`,
  `json.dumps({"b": [1, None, True], "a": "é"}, indent=2)`,
  `json.dumps({"b": 1, "a": {}}, sort_keys=True)`,
  `json.loads('{"a": [1, 2]}')["a"]`,
  `join_all("a") + join_all("a", "c") + join_all("a", "c", "d", "e")`,
  `describe("disk") + describe("disk", 10) + describe("disk", loud=True) + describe(item="x", size=None)`,
  `total`,
  `else_text`,
  `grown`,
  `filled`,
  `[a, b]`,
  `[one for one in packages if one not in ("git", "vim")]`,
  `[[1, 2], [3]] + [[4]]`,
  `{**user, "uid": 5}["uid"]`,
  `[*packages, "more"]`,
  `packages.index("git") + packages.count("vim") + "abca".count("a")`,
  `"x".join(["only"])`,
  `port == 8080 and port != 80 and name <= "e"`,
];

import os
from io import StringIO

from pyinfra import host
from pyinfra.facts.files import Directory, File, FindFiles, Link, Sha256File
from pyinfra.operations import files

HERE = os.path.dirname(__file__)

files.directory(name="A directory", path="/tmp/converted", mode="755")
files.put(src=StringIO("one\ntwo\n"), dest="/tmp/converted/lines.txt", mode="644")
files.line(path="/tmp/converted/lines.txt", line="three")
files.line("/tmp/converted/lines.txt", "^two$", present=False)
files.line(path="/tmp/converted/lines.txt", line="^one$", replace="ONE", flags=["I"], backup=False)
files.replace(path="/tmp/converted/lines.txt", text="ONE", replace="one")
files.block(path="/tmp/converted/lines.txt", content="a block\nof two lines", marker="## {mark} ##")
files.link(path="/tmp/converted/link", target="/tmp/converted/lines.txt")
files.file(path="/tmp/converted/empty", touch=True)
files.file("/tmp/converted/gone", present=False)
files.template(
    src=StringIO("port {{ port }}\nlist {{ names | join(',') }}\n"),
    dest="/tmp/converted/from_template",
    port=8080,
    names=["a", "b"],
    nothing=None,
)
files.copy(src="/tmp/converted/lines.txt", dest="/tmp/converted/copy", overwrite=True)
files.move(src="/tmp/converted/gone", dest="/tmp/converted/moved", overwrite=True, _if=lambda: False)
files.get(src="/tmp/converted/lines.txt", dest="fetched/lines.txt", create_local_dir=True)
files.sync(src="files", dest="/tmp/converted/synced", delete=True, exclude=["*.pyc"])
files.download("https://downloads.example.net/x", "/tmp/converted/x", sha256sum="0" * 64)
files.rsync(src="files", dest="/tmp/converted/rsync")

for n in range(3):
    files.file(path=f"/tmp/converted/file-{n:02d}", mode=600 + n)

info = host.get_fact(File, "/tmp/converted/lines.txt")
if info and info["size"] > 0 and info["user"] != "root":
    files.file(path="/tmp/converted/owned", user=info["user"], group=info["group"])

found = host.get_fact(FindFiles, path="/tmp/converted", fname="*.old")
for old in found:
    files.file(path=old, present=False)

if host.get_fact(Link, path="/tmp/converted/link") is not None:
    print("there is a link on", host.name)

text = open("files/motd").read().strip()
with open(os.path.join(HERE, "files", "names.txt")) as handle:
    names = handle.read().splitlines()
files.put(src=StringIO(text + "\n" + ", ".join(names) + "\n"), dest="/tmp/converted/motd")

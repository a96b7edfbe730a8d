"""Renders each case with Jinja2 itself, as pyinfra sets it up, and prints what came of it as JSON."""

import json
import sys

import jinja2



def judge(case):
    options = dict(case.get("options") or {})
    files = {**(case.get("files") or {}), case["file"]: case["template"]}
    try:
        environment = jinja2.Environment(
            undefined=jinja2.StrictUndefined,
            loader=jinja2.DictLoader(files),
            **{"keep_trailing_newline": True, **options},
        )
        return {"output": environment.get_template(case["file"]).render(**(case.get("data") or {}))}
    except Exception as error:
        message = getattr(error, "message", None) or str(error)
        return {"error": f"{type(error).__name__}: {message}"}


json.dump([judge(case) for case in json.load(sys.stdin)], sys.stdout)

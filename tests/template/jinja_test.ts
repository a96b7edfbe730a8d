/** Jinja2 templates, held against what Jinja2 itself made of them. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import { DataLayers, Host, Inventory } from "../../src/host/mod.ts";
import { renderTemplate, type TemplateRequest } from "../../src/template/mod.ts";

const FILES = new URL("./files/", import.meta.url).pathname;

interface Case {
  template: string;
  options?: Record<string, unknown>;
  expected: string;
}

/** Made by Jinja2 3.1.6 with StrictUndefined and keep_trailing_newline, as pyinfra sets it up. */
const FIXTURE: { variables: Record<string, unknown>; cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("./jinja2_3.1.6.json", import.meta.url)),
);

function render(text: string, variables: Record<string, unknown> = {}, more: Partial<TemplateRequest> = {}) {
  return renderTemplate({ text, file: `${FILES}app.conf.j2`, variables, ...more });
}

function renderFile(name: string, variables: Record<string, unknown>, more: Partial<TemplateRequest> = {}) {
  const file = FILES + name;
  return renderTemplate({ text: Deno.readTextFileSync(file), file, variables, ...more });
}

function fails(
  result: Promise<string>,
  message: string | RegExp,
  line: number,
  hint?: string,
  file = "app.conf.j2",
) {
  return assert.rejects(
    result,
    (error: Error & { code?: string; place?: { file: string; line: number }; hint?: string }) => {
      assert.match(error.code ?? "", /^E_TEMPLATE(_SYNTAX)?$/, String(error));
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.equal(error.place?.line, line);
      assert.equal(error.place?.file, FILES + file);
      if (hint !== undefined) assert.equal(error.hint, hint);
      return true;
    },
  );
}

for (const { template, options = {}, expected } of FIXTURE.cases) {
  Deno.test(`Jinja2 agrees on ${JSON.stringify(template).slice(0, 90)}`, async () => {
    assert.equal(await render(template, FIXTURE.variables, { options }), expected);
  });
}

Deno.test("a template extends, includes and imports others beside it", async () => {
  const variables = { host: { name: "web-01" }, port: 80, names: ["a", "b"] };
  assert.equal(
    await renderFile("site.conf.j2", variables),
    "top\n\nserver web-01:80\n\n- a\n\n- b\n\n\nbottom\n",
  );
});

Deno.test("a template finds others in the project, also by a name that only the rendering tells", async () => {
  const request = { file: "/nowhere/x.j2", projectDirectory: FILES };
  assert.equal(
    await render('{% include "parts/" ~ what %}', { what: "list.j2", names: ["x"] }, request),
    "\n- x\n",
  );
  await assert.rejects(
    render('\n{% include "none.j2" %}', {}, request),
    (error: Error & { place?: object }) => {
      assert.match(error.message, /there is no template "none.j2"/);
      assert.deepEqual(error.place, { file: "/nowhere/x.j2", line: 2, column: 1 });
      return true;
    },
  );
  assert.equal(await render('{% include "none.j2" ignore missing %}.', {}, request), ".");
});

Deno.test("an undefined variable is an error with its name, line and the likely meaning", async () => {
  const host = { name: "a", data: { app_port: 80 } };
  await fails(
    render("one\n{{ prot }}\n", { port: 1 }),
    'Cannot render app.conf.j2: "prot" is undefined',
    2,
    'did you mean "port"?',
  );
  await fails(
    render("{{ host.data.app_prt }}", { host }),
    'Cannot render app.conf.j2: "host.data.app_prt" is undefined',
    1,
    'did you mean "app_port"?',
  );
  await fails(
    render("\n\n{% for x in hots %}{% endfor %}", { hosts: [] }),
    /"hots" is undefined/,
    3,
    'did you mean "hosts"?',
  );
  await fails(
    render("a\n{{ self }}", { self: "mine" }),
    "Cannot render app.conf.j2: a TemplateReference cannot be printed",
    2,
    '"self" is the template itself, whatever the data says; give the variable another name',
  );
  await fails(render("{{ host.dta.x }}", { host }), /"host.dta" is undefined/, 1, 'did you mean "data"?');
  await fails(render("{% for u in [{}] %}\n{{ u.name }}{% endfor %}"), /"u.name" is undefined/, 2);
  await fails(
    renderFile("parts/broken.j2", { names: ["a"] }),
    /"missing_one" is undefined/,
    2,
    undefined,
    "parts/broken.j2",
  );
  await fails(
    render('{% include "parts/broken.j2" %}', { names: ["a"] }),
    /"missing_one" is undefined/,
    2,
    undefined,
    "parts/broken.j2",
  );
});

Deno.test("mistakes in a template are errors with their line", async () => {
  await fails(render("a\n{% if x %}\n"), /{% if %} does not end: .*{% endif %} is missing/, 2);
  await fails(render("a\n{{ 1 + }}\n"), /./, 2);
  await fails(render("a\n{{ }}\n"), /./, 2);
  await fails(render("{{ 'x'|uper }}"), /there is no filter "uper"/, 1, 'did you mean "upper"?');
  await fails(render("a\n{{ '%d'|format('x') }}"), /%d needs a number, not a str/, 2);
  await fails(
    render("a\n\n{% if '%d'|format('x')|upper %}{% endif %}"),
    /%d needs a number, not a str/,
    3,
  );
  await fails(
    render("{% for x in [1] %}{% break %}{% endfor %}"),
    /"break" is no part of Jinja2's standard/,
    1,
  );
});

Deno.test("options have the names that Jinja2 gives them", async () => {
  const options = { optimized: true };
  await fails(render("x", {}, { options }), /there is no option "optimized"/, 1);
  await fails(
    render("x", {}, { options: { trim_block: true } }),
    /no option/,
    1,
    'did you mean "trim_blocks"?',
  );
  await fails(render("x", {}, { options: { trim_blocks: "yes" } }), /must be true or false/, 1);
  assert.equal(await render("{% if true %}\nx\n{% endif %}\n", {}, { options: { trimBlocks: true } }), "x\n");
  assert.equal(
    await render("<< 1 >> {{ x }}", {}, {
      options: { variable_start_string: "<<", variable_end_string: ">>" },
    }),
    "1 {{ x }}",
  );
});

Deno.test("hosts and inventories are plain data, secrets are what they hide", async () => {
  const hosts = Array.from(
    { length: 1000 },
    (_, index) =>
      new Host(
        `web-${index}`,
        ["all", "web"],
        new DataLayers([
          {
            source: "test",
            values: {
              port: 8000 + index,
              ...Object.fromEntries(Array.from({ length: 20 }, (_, key) => [`k${key}`, key])),
            },
          },
        ]),
      ),
  );
  const inventory = new Inventory(hosts, new Map([["web", hosts.slice(0, 2)]]));
  const variables = { host: hosts[3], inventory, token: secret("s3cret!"), nothing: undefined };
  assert.equal(
    await render("{{ host.name }} {{ host.data.port }} {{ host.groups|join(',') }} {{ token }}", variables),
    "web-3 8003 all,web s3cret!",
  );
  assert.equal(await render('{{ host.data.get("nope", 5) }}{{ host.data.get("k1") }}', variables), "51");
  assert.equal(
    await render(
      "{{ inventory.hosts|length }} {% for h in inventory.groups.web %}{{ h.name }} {% endfor %}",
      variables,
    ),
    "1000 web-0 web-1 ",
  );
  assert.equal(
    await render('{% for h in inventory.get_group("web") %}{{ h.name }} {% endfor %}', variables),
    "web-0 web-1 ",
  );
  assert.equal(await render('{{ inventory.get_host("web-7").data.port }}', variables), "8007");
  await fails(
    render('\n{{ inventory.get_group("wbe")[0].name }}', variables),
    /there is no group "wbe" in the inventory/,
    2,
    'did you mean "web"?',
  );
  await fails(
    render("{{ host.data.prot }}", variables),
    /"host.data.prot" is undefined/,
    1,
    'did you mean "port"?',
  );
  const started = performance.now();
  for (let index = 0; index < 50; index++) await render("{{ host.name }} {{ host.data.port }}", variables);
  assert.ok(
    (performance.now() - started) / 50 < 50,
    "templates that do not mention the inventory do not pay for it",
  );
});

Deno.test("a file without a known extension is a Jinja2 template, as in pyinfra", async () => {
  assert.equal(await render("{{ 1 + 1 }}", {}, { file: "/x/nginx.conf" }), "2");
});

Deno.test("data come as they are: none for what is missing, mappings in their order, whole numbers whole", async () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const data = {
    gone: undefined,
    zeta: { z: 1, a: undefined, m: null },
    list: [undefined, 2 ** 60, 0.5],
    ports: new Map([[443, "https"], [80, "http"]]),
    set: new Set(["x"]),
    at: new Date(0),
    cyclic,
  };
  assert.equal(
    await render("{{ gone }} {{ zeta }} {{ gone is none }}", data),
    "None {'z': 1, 'a': None, 'm': None} True",
  );
  assert.equal(
    await render("{{ list }} {{ ports }}", data),
    "[None, 1152921504606846976, 0.5] {443: 'https', 80: 'http'}",
  );
  assert.equal(
    await render("{{ set }} {{ at }} {{ cyclic.self.self|length }}", data),
    "['x'] 1970-01-01T00:00:00.000Z 1",
  );
  await fails(render("\n{{ cyclic }}", data), /it goes too deep/, 2);
  await fails(render("{{ x }}", { x: Promise.resolve(1) }), /a promise cannot be used/, 1, "await it first");
  await fails(render("{{ x }}", { x: new Uint8Array(1) }), /cannot be used in a template/, 1);
});

Deno.test("templates change copies of data, not the data", async () => {
  const list = [1];
  assert.equal(await render("{{ list.append(2) or list }}", { list }), "[1, 2]");
  assert.deepEqual(list, [1]);
});

Deno.test("functions of a deploy can be called, and fail at the line of their call", async () => {
  const variables = {
    join: (parts: string[], options?: { by: string }) => parts.join(options?.by ?? ","),
    half: (number: number) => number / 2,
    fail: () => {
      throw new Error("no such thing");
    },
  };
  assert.equal(
    await render("{{ join(['a', 'b']) }} {{ join(['a', 'b'], by='-') }} {{ half(5) }}", variables),
    "a,b a-b 2.5",
  );
  await fails(render("\n\n{{ fail() }}", variables), /no such thing/, 3);
});

Deno.test("nothing of JavaScript is reached through values", async () => {
  const variables = { o: {}, list: [], text: "", f: () => 1 };
  for (const name of ["constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "apply"]) {
    for (const value of Object.keys(variables)) {
      assert.equal(await render(`{{ ${value}.${name} is defined }}`, variables), "False", `${value}.${name}`);
      assert.equal(await render(`{{ ${value}['${name}'] is defined }}`, variables), "False");
      assert.equal(await render(`{{ (${value}|attr('${name}')) is defined }}`, variables), "False");
    }
    assert.equal(await render(`{{ ${name} is defined }}`), "False");
    await fails(render(`{{ 1|${name} }}`), /there is no filter/, 1);
    await fails(render(`{% ${name} %}`), /unknown statement/, 1);
  }
  await fails(render("{{ o.__proto__ }}", variables), /Python's internals/, 1);
  await fails(render("{{ '{0.__class__}'.format(o) }}", variables), /no attribute/, 1);
});

Deno.test("what never ends or takes all memory is an error", async () => {
  await fails(render("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}"), /it goes too deep/, 1);
  await fails(render("{{ [1] * 10000000000 }}"), /too long/, 1);
  await fails(render("{{ range(10 ** 12) }}"), /at most/, 1);
  await fails(render("{{ 10 ** (10 ** 10) }}"), /too large/, 1);
});

Deno.test("a failure in an included template or a macro tells that template and its line", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/macros.j2`, "{% macro m(x) %}\n{{ x.y }}\n{% endmacro %}\n");
    await Deno.writeTextFile(`${directory}/bad.j2`, "\n\n{% if %}\n");
    const request = { file: `${directory}/main.j2` };
    const place = async (text: string) => {
      const error = await render(text, {}, request).then(() => assert.fail("it rendered"), (error) => error);
      return `${error.place.file.slice(directory.length + 1)}:${error.place.line}`;
    };
    assert.equal(await place("\n{% from 'macros.j2' import m %}{{ m({}) }}"), "macros.j2:2");
    assert.equal(await place("{% include 'bad.j2' %}"), "bad.j2:3");
    assert.equal(await place("\n\n{% include 'none.j2' %}"), "main.j2:3");
    assert.equal(await place("a\n{# b\n c #}\n{{ 'x'|round(\n1) }}"), "main.j2:4");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("printing a host prints its name; an inventory goes over its hosts", async () => {
  const hosts = ["a", "b"].map((name) =>
    new Host(name, ["all"], new DataLayers([{ source: "test", values: { items: 5 } }]))
  );
  const variables = { host: hosts[0], inventory: new Inventory(hosts, new Map()) };
  assert.equal(
    await render("{{ host }} {% for h in inventory %}{{ h.name }}{{ h.data.items }} {% endfor %}", variables),
    "a a5 b5 ",
  );
  assert.equal(await render("{{ inventory|length }} {{ inventory.get_group('x', []) }}", variables), "2 []");
});

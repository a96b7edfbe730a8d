/** Eta templates. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import { DataLayers, Host } from "../../src/host/mod.ts";
import { renderTemplate } from "../../src/template/mod.ts";

const FILES = new URL("./files/", import.meta.url).pathname;

function render(text: string, variables: Record<string, unknown> = {}, name = "app.conf.eta") {
  return renderTemplate({ text, file: FILES + name, variables });
}

function fails(result: Promise<string>, message: RegExp, line: number, hint?: string, file = "app.conf.eta") {
  return assert.rejects(
    result,
    (error: Error & { code?: string; place?: { file: string; line: number }; hint?: string }) => {
      assert.match(error.code ?? "", /^E_TEMPLATE(_SYNTAX)?$/, String(error));
      assert.match(error.message, message);
      assert.equal(error.place?.line, line);
      assert.equal(error.place?.file, FILES + file);
      if (hint !== undefined) assert.equal(error.hint, hint);
      return true;
    },
  );
}

Deno.test("an Eta template includes others, keeps its line ends and escapes nothing", async () => {
  const text = await Deno.readTextFile(`${FILES}site.conf.eta`);
  const variables = { host: { name: "web-01" }, port: 80, names: ["<a>", "b"] };
  assert.equal(
    await render(text, variables, "site.conf.eta"),
    "server web-01:80\n\n- <a>\n\n\n- b\n\n\n<b>\n",
  );
});

Deno.test("an Eta template sees hosts and secrets", async () => {
  const host = new Host("web-01", ["all"], new DataLayers([{ source: "test", values: { port: 80 } }]));
  assert.equal(
    await render("<%= host.data.port %> <%= key %>", { host, key: secret("s3cret") }),
    "80 s3cret",
  );
  await fails(
    render("\n<%= host.data.prot %>", { host }),
    /There is no data "prot" for host web-01/,
    2,
    'did you mean "port"?',
  );
});

Deno.test("what is undefined in an Eta template is an error with its name and line", async () => {
  await fails(render("a\n<%= prot %>", { port: 1 }), /"prot" is undefined/, 2, 'did you mean "port"?');
  await fails(render("a\n\n<%= it.prot %>", { port: 1 }), /"prot" is undefined/, 3, 'did you mean "port"?');
  await fails(
    render("<%= app.prot %>", { app: { port: 1 } }),
    /"app.prot" is undefined/,
    1,
    'did you mean "port"?',
  );
  await fails(render("\n<% if (it.on) { %>x<% } %>", {}), /"on" is undefined/, 2);
  await fails(
    render('\n\n<%~ include("parts/broken") %>', { name: 1 }),
    /"nmae" is undefined/,
    2,
    'did you mean "name"?',
    "parts/broken.eta",
  );
});

Deno.test("mistakes in an Eta template are errors with their line", async () => {
  await fails(render("a\n<%= 1 + %>"), /its code cannot be read/, 2);
  await fails(render("a\n<% if (true { %>"), /its code cannot be read/, 1);
  await fails(render("a\n<%= x"), /unclosed tag/, 2);
  await fails(render("a\n<%~ include('nope') %>"), /there is no template "nope"/, 2);
  await fails(render("a\n<%= (() => { throw new Error('boom') })() %>"), /boom/, 2);
});

Deno.test("Eta templates have no options", async () => {
  const request = { text: "x", file: `${FILES}app.conf.eta`, variables: {}, options: { trim_blocks: true } };
  await fails(renderTemplate(request), /Eta templates have no option "trim_blocks"/, 1);
});

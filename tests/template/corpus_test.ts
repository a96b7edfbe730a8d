/** The corpus of templates, held against what Jinja2 itself makes of it. */

import assert from "node:assert/strict";
import { DroverError } from "../../src/errors/mod.ts";
import { renderTemplate } from "../../src/template/mod.ts";
import {
  type CorpusCase,
  jinja2Version,
  judge,
  type Outcome,
  partsOfCorpus,
  readPart,
  readRecord,
} from "./corpus.ts";

const RECORD = readRecord();

/** Templates that Jinja2 renders and Drover refuses, each with its reason. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "{{ users|pprint }}": /pprint of more than one line is not supported/,
  "{{ '<p>a  <b>b</b>\n c</p> &amp; &lt;x&gt; <!-- c -->d'|striptags }} {{ 'a &eacute; &#39; &#x41; &nbsp;b'|striptags }}":
    /the entity "&eacute;" is not supported/,
  // Python prints the address of an object.
  "{{ 5|items }}": /it needs a dictionary/,
  "{{ [1]|map('upper') }}": /a generator cannot be printed/,
  "{{ map|reverse }}": /a generator cannot be printed/,
  "{{ 'x'.upper }}": /"upper" is a function and cannot be printed/,
  "{{ (5).bit_length() }} {{ 2.0.is_integer() }} {{ (255).__class__ is defined }}": /Python's internals/,
  "{{ 2.5.is_integer() }} {{ 1.5.as_integer_ratio() }}": /"1.5.as_integer_ratio" is undefined/,
};

async function render({ file, template, data, options, files = {} }: CorpusCase): Promise<Outcome> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${name}`, text);
    const request = { text: template, file: `${directory}/${file}`, variables: data };
    return { output: await renderTemplate({ ...request, ...(options && { options }) }) };
  } catch (error) {
    // Anything else is a fault of Drover, not of the template.
    if (!(error instanceof DroverError) || !error.code.startsWith("E_TEMPLATE")) throw error;
    assert.ok((error.place?.line ?? 0) > 0, "errors have a line");
    return { error: error.message };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

for (const part of partsOfCorpus()) {
  Deno.test(`Jinja2 agrees on the corpus, part ${part}`, async () => {
    const cases = readPart(part);
    const recorded = RECORD[part] ?? [];
    assert.deepEqual(
      recorded.map(({ template }) => template),
      cases.map(({ template }) => template),
      "the corpus has changed: run `deno run -A tests/template/corpus.ts`",
    );
    for (const [index, { outcome }] of recorded.entries()) {
      const { template } = cases[index]!;
      const result = await render(cases[index]!);
      const reason = REFUSED[template];
      if (reason !== undefined) {
        assert.ok("error" in result, `no longer refused, take it from the list: ${template}`);
        assert.match(result.error, reason);
      } else if ("error" in outcome) {
        assert.ok("error" in result, `Jinja2 refuses ${template}: ${outcome.error}`);
      } else assert.deepEqual(result, outcome, template);
    }
  });
}

const version = await jinja2Version();

Deno.test({
  name: `the record is what Jinja2 says today${version === undefined ? " (python3-jinja2 is missing)" : ""}`,
  ignore: version === undefined,
  async fn() {
    for (const part of partsOfCorpus()) {
      const outcomes = await judge(readPart(part));
      for (const [index, { template, outcome }] of (RECORD[part] ?? []).entries()) {
        const now = outcomes[index]!;
        // Messages of errors, and addresses of objects, are other ones in each version and run.
        if ("error" in outcome) assert.ok("error" in now, template);
        else if (/ at 0x[\da-f]+>/.test(outcome.output)) assert.ok("output" in now, template);
        else assert.deepEqual(now, outcome, template);
      }
    }
  },
});

Deno.test("the corpus is large, and little of it is refused", () => {
  const cases = Object.values(RECORD).flat();
  assert.ok(cases.length >= 500);
  assert.ok(Object.keys(REFUSED).length <= 8);
  for (const template of Object.keys(REFUSED)) {
    assert.ok(cases.some((one) => one.template === template), template);
  }
});

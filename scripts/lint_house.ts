/** A plugin of `deno lint` that keeps the house in order: which layer imports which, and what files look like. */

import { circleThrough, type ImportGraph, importsOf, readImportGraph } from "./import_graph.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/**
 * The layers of `src/`, the lowest first. A file imports its own layer and lower ones; layers on the same
 * line do not import each other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ["errors"],
  ["command"],
  ["shell"],
  ["connectors"],
  ["host"],
  ["facts", "template"],
  ["operations"],
  ["inventory"],
  ["deploy"],
  ["engine"],
  ["usage"],
  ["report", "sandbox"],
  ["project"],
  ["convert"],
  ["cli"],
  ["main"],
];

/** Layers beside the order, and what they may import. */
const BESIDE: Readonly<Record<string, (imported: string) => boolean>> = {
  terminal: (imported) => imported === "errors",
  // The public interface gathers what deploys use.
  mod: (imported) => rankOf(imported) <= rankOf("deploy"),
  api: (imported) => rankOf(imported) <= rankOf("engine") && rankOf(imported) >= 0,
  testing: (imported) => rankOf(imported) <= rankOf("engine") && rankOf(imported) >= 0,
};

/** The one file of the shell that everything above may see: plain data and types. */
const PORT_FILE = "src/shell/port.ts";

/** Layers that reach hosts through the port only. */
const BEHIND_THE_PORT: ReadonlySet<string> = new Set(["host", "facts", "template", "operations", "deploy"]);

/** Layers that may write to the terminal. */
const MAY_PRINT: ReadonlySet<string> = new Set([
  "terminal",
  "usage",
  "report",
  "project",
  "convert",
  "cli",
  "main",
]);

const TERMINAL_USERS: ReadonlySet<string> = new Set(["usage", "report", "project", "convert", "cli"]);

/** Files that import what only the run can name: the user's files, and the compiler, which is no part of it. */
const MAY_COMPUTE: ReadonlySet<string> = new Set([
  "src/deploy/files.ts",
  "src/deploy/exports.ts",
  "src/deploy/link.ts",
  "src/inventory/user_module.ts",
  "src/project/declarations.ts",
]);

const FORBIDDEN_STEMS_REGEXP = /(^|_)(utils?|helpers?|managers?|handlers?|misc|common)$/;
const STEM_REGEXP = /^[a-z0-9]+(_[a-z0-9]+)*$/;

function rankOf(layer: string): number {
  return LAYERS.findIndex((row) => row.includes(layer));
}

/** The layer of a file, given by its path from the root of the project. */
function layerOf(path: string): string | undefined {
  if (path === "main.ts") return "main";
  return /^src\/([^/.]+)/.exec(path)?.[1];
}

function relativePath(file: string): string {
  const path = file.startsWith("file://") ? new URL(file).pathname : file;
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

/** Why a file may not import another one, if it may not. Paths are from the root of the project. */
export function whyNotImport(from: string, to: string): string | undefined {
  const layer = layerOf(from);
  const imported = layerOf(to);
  if (layer === undefined || layer === imported || to === "deno.json") return undefined;
  if (imported === undefined) return `src/ does not import ${to}: the program stands by itself`;
  if (imported === "mod") return "src/mod.ts is for users; import the layer that the name comes from";
  if (imported === "terminal") {
    return TERMINAL_USERS.has(layer)
      ? undefined
      : `the terminal is used by ${[...TERMINAL_USERS].join(", ")} only`;
  }
  const beside = BESIDE[layer];
  if (beside !== undefined) return beside(imported) ? undefined : `${layer} does not import ${imported}`;
  if (to === PORT_FILE && rankOf(layer) > rankOf("shell")) return undefined;
  if (BEHIND_THE_PORT.has(layer) && (imported === "shell" || imported === "connectors")) {
    return `${layer} reaches hosts through ${PORT_FILE} only`;
  }
  if (rankOf(layer) < 0) return `src/${layer} has no place in the layers of scripts/lint_house.ts`;
  if (imported in BESIDE) {
    return rankOf(layer) >= rankOf("project") ? undefined : `${imported} stands above ${layer}`;
  }
  return rankOf(imported) < rankOf(layer) ? undefined : `${layer} stands below ${imported}, or beside it`;
}

/** Why a specifier may not be imported anywhere, if it may not. */
export function whyNotSpecifier(specifier: string, from: string): string | undefined {
  if (/^(npm|jsr|https?):/.test(specifier)) {
    return "packages are named and pinned in the import map of deno.json";
  }
  if (from.startsWith("src/") && /^drover(\/|$)/.test(specifier)) {
    return '"drover" is for users; inside, import the file';
  }
  return undefined;
}

/** What is wrong with a file's name, if anything is. */
export function whyNotName(path: string): string | undefined {
  const stem = path.split("/").at(-1)!.replace(/\.(test\.)?[jt]sx?$/, "");
  if (FORBIDDEN_STEMS_REGEXP.test(stem)) return `"${stem}" says nothing about the file's job`;
  if (!STEM_REGEXP.test(stem)) return "files are named in snake_case";
  return undefined;
}

type Importing =
  | Deno.lint.ImportDeclaration
  | Deno.lint.ExportAllDeclaration
  | Deno.lint.ExportNamedDeclaration;

const imports: Deno.lint.Rule = {
  create(context) {
    const from = relativePath(context.filename);
    const check = (node: Deno.lint.Node, specifier: unknown) => {
      if (typeof specifier !== "string") return;
      const message = whyNotSpecifier(specifier, from) ?? whyNotPath(from, specifier);
      if (message !== undefined) context.report({ node, message });
    };
    const checkStatic = (node: Importing) => check(node, node.source?.value);
    return {
      ImportDeclaration: checkStatic,
      ExportAllDeclaration: checkStatic,
      ExportNamedDeclaration: checkStatic,
      ImportExpression(node) {
        if (node.source.type === "Literal") return check(node, node.source.value);
        if (layerOf(from) === undefined || MAY_COMPUTE.has(from)) return;
        context.report({
          node,
          message: "what is imported is written out, so that it can be seen and bundled",
        });
      },
      TSImportType(node) {
        if (node.argument.type === "TSLiteralType" && node.argument.literal.type === "Literal") {
          check(node, node.argument.literal.value);
        }
      },
    };
  },
};

/** Types count: whoever reads one file of a circle has to read them all. */
const noCircles: Deno.lint.Rule = {
  create(context) {
    const path = relativePath(context.filename);
    if (layerOf(path) === undefined) return {};
    return {
      Program() {
        const graph = new Map(importGraph()).set(path, importsOf(path, context.sourceCode.text));
        const circle = circleThrough(graph, path);
        if (circle === undefined) return;
        const message = `imports itself: ${[...circle, path].join(" → ")}`;
        context.report({
          range: [0, 0],
          message,
          hint: "move what two of them share into a file of its own",
        });
      },
    };
  },
};

/** An editor lints for hours: what was read is good for one round only. */
const GRAPH_MILLISECONDS = 5000;
let readGraph: { graph: ImportGraph; at: number } | undefined;

function importGraph(): ImportGraph {
  if (readGraph === undefined || performance.now() - readGraph.at > GRAPH_MILLISECONDS) {
    readGraph = { graph: readImportGraph(ROOT), at: performance.now() };
  }
  return readGraph.graph;
}

function whyNotPath(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return whyNotImport(from, new URL(specifier, `file:///${from}`).pathname.slice(1));
}

const fileName: Deno.lint.Rule = {
  create(context) {
    return {
      Program() {
        const message = whyNotName(relativePath(context.filename));
        if (message !== undefined) context.report({ range: [0, 0], message });
      },
    };
  },
};

/** The name of a test file says what it tests. */
const firstComment: Deno.lint.Rule = {
  create(context) {
    if (relativePath(context.filename).startsWith("tests/")) return {};
    return {
      Program() {
        const text = context.sourceCode.text.replace(/^#!.*\n/, "").trimStart();
        if (text === "" || /^(\/\*\*|\/\/)/.test(text)) return;
        context.report({ range: [0, 0], message: "a file opens with one sentence on its job" });
      },
    };
  },
};

const noPrinting: Deno.lint.Rule = {
  create(context) {
    const layer = layerOf(relativePath(context.filename));
    if (layer === undefined || MAY_PRINT.has(layer)) return {};
    return {
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || node.object.name !== "Deno") return;
        if (node.property.type !== "Identifier" || !/^(stdout|stderr)$/.test(node.property.name)) return;
        context.report({ node, message: `${layer} prints nothing: emit an event` });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    imports,
    "no-circles": noCircles,
    "file-name": fileName,
    "first-comment": firstComment,
    "no-printing": noPrinting,
  },
};

export default plugin;

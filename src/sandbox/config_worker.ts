/** The worker in which `config.ts` is evaluated, alone: it loads little, reads the project, and ends. */

import { Secret } from "../command/secret.ts";
import { DroverError, messageOf } from "../errors/mod.ts";
import type { ConfigOptions } from "../host/config.ts";
import { readConfig } from "../inventory/config_file.ts";
import { lockDown } from "./lockdown.ts";
import { takePort } from "./port.ts";
import type { EvaluateConfig, FromConfig, PlainConfig, PlainSecret } from "./protocol.ts";

const { send, receive } = await takePort<FromConfig, EvaluateConfig>();
lockDown((text) => send({ type: "said", text: text.slice(0, 65536) }));
receive(({ files, workingDirectory }) => {
  readConfig(files, workingDirectory).then(
    (options) => send({ type: "evaluated", config: plain(options) }),
    (error) => send({ type: "failed", problem: problemOf(error) }),
  ).catch((error) => send({ type: "failed", problem: { code: "E_CONFIG", message: messageOf(error) } }));
});

/** Options without what cannot cross: secrets are marked, lists and records copied. */
function plain(options: Partial<ConfigOptions>): PlainConfig {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() } satisfies PlainSecret;
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainValue(inner)]));
}

function problemOf(error: unknown) {
  if (!(error instanceof DroverError)) return { code: "E_BUG", message: messageOf(error) };
  const { code, message, place, detail, hint } = error;
  return {
    code,
    message,
    ...(place === undefined ? {} : { place }),
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
  };
}

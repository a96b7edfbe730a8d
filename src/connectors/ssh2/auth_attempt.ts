/** Attempts to log in, and how the package is told of each. */

import { agentOf, type PrivateKey, type Signer } from "./library.ts";

/** One attempt to log in. */
export type AuthAttempt =
  | { method: "none" }
  | { method: "publickey"; key: PrivateKey }
  | { method: "agent"; signer: Signer }
  | { method: "password"; password: string }
  | { method: "keyboard-interactive"; answer: (prompts: Prompt[]) => string[] };

/** What a server asks. */
export interface Prompt {
  prompt: string;
  echo: boolean;
}

/** What the package takes for an attempt; `false` when there is none left. */
export function authMethod(attempt: AuthAttempt | undefined, username: string): unknown {
  if (attempt === undefined) return false;
  switch (attempt.method) {
    case "none":
      return { type: "none", username };
    case "publickey":
      return { type: "publickey", username, key: attempt.key.parsed };
    case "agent":
      return { type: "agent", username, agent: agentOf(attempt.signer) };
    case "password":
      return { type: "password", username, password: attempt.password };
    case "keyboard-interactive": {
      type Answer = (answers: string[]) => void;
      const prompt = (_name: string, _text: string, _language: string, prompts: Prompt[], done: Answer) =>
        done(attempt.answer(prompts));
      return { type: "keyboard-interactive", username, prompt };
    }
  }
}

/** Templates: Jinja2 (`.j2`) and Eta (`.eta`) files rendered with a host's variables. */

export { renderTemplate } from "./render.ts";
export type { TemplateEngineName, TemplateRequest } from "./request.ts";
export type { FreeName, TemplateNeeds } from "./inspect.ts";

/** Templates: Jinja2 (`.j2`) and Eta (`.eta`) files rendered with a host's variables. */

export { renderTemplate, type TemplateEngineName, type TemplateRequest } from "./render.ts";

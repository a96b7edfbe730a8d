/** Consumers of a run's events: the text for people, the stream for machines. */

export { createHumanReport, type HumanReportOptions } from "./human_report.ts";
export { createJsonReport, type JsonReportOptions } from "./json_report.ts";
export { createPlainReport, type PlainReportOptions } from "./plain_report.ts";
export { type ProblemContext, type ProblemView, problemViewOn, renderProblem } from "./problem_view.ts";
export { combineReports, type Report } from "./report.ts";
export type { Clock } from "./view.ts";

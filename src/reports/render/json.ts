/**
 * A report as JSON text for people and machines: members in the order of the model, two spaces, a
 * newline at the end. The same model gives the same bytes.
 */
export function renderJson(report: object): string {
  return `${JSON.stringify(report, null, 2)}\n`
}

import type { Epd } from '../../domain/epd/epd.ts'
import { methodOf } from '../../domain/epd/method.ts'
import { methodInName, standardNamed } from '../../domain/epd/standard.ts'
import type { EpdTables, MethodFacts } from '../../domain/epd/table.ts'

/**
 * The method that a data set declares with a standard: that of the declaration, else the first of its
 * results, among those that the standard asks for. ILCD has one compliance for each, so that two
 * methods of one standard cannot both be declared.
 */
export function methodDeclaredWith(
  standard: string,
  epd: Epd,
  tables: EpdTables
): MethodFacts | undefined {
  const named = standardNamed(standard)
  const inName = methodInName(standard)
  return methodsUsed(epd, tables).find(
    (method) =>
      method.standard !== null &&
      standardNamed(method.standard) === named &&
      (inName === null || inName === method.id)
  )
}

/** The ids of all methods that a data set declares, each once. */
export function declaredMethods(epd: Epd, tables: EpdTables): readonly string[] {
  const found = epd.standards.map((standard) => methodDeclaredWith(standard, epd, tables))
  return [...new Set(found.flatMap((method) => method?.id ?? []))]
}

function methodsUsed(epd: Epd, { indicators, methods }: EpdTables): MethodFacts[] {
  const used = [epd.methodSet, ...epd.results.map((each) => methodOf(each, epd, indicators))]
  return [...new Set(used)].flatMap((id) => methods.get(id ?? '') ?? [])
}

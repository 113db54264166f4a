import { isUuid } from '../../domain/ids.ts'
import type { CellPlace } from './cell-finding.ts'
import { cellFinding } from './cell-finding.ts'
import { type Draft, type Path, pointerOf } from './draft.ts'
import type { FindingTaker } from './told-cells.ts'

export interface LineContext {
  /** Organization whose number a batch is named by when the row does not say. */
  readonly organization?: string
  readonly findings: FindingTaker
}

/**
 * Gives what the cells of a line say together the shape that the event schema has for it. `declares` where a
 * cell of a declared history is filled, whether or not it could be read.
 */
export function finishLine(at: Path, draft: Draft, declares: boolean, context: LineContext): void {
  finishBatchRef(at, draft, context)
  finishInheritedAssay(at, draft, context)
  if (!declares) refuseEvidenceOfNothing(at, draft, context)
  finishDeclared(at, draft)
}

/** A batch named by its id is just the id; a number needs the organization that gave it. */
function finishBatchRef(at: Path, draft: Draft, context: LineContext): void {
  const number = draft.get([...at, 'batch', 'number'])
  if (typeof number !== 'string') return
  const place = placeAt(draft, [...at, 'batch', 'number'])
  if (isUuid(number)) {
    draft.set([...at, 'batch'], number, place)
    return
  }
  draft.mark([...at, 'batch'], place)
  if (draft.get([...at, 'batch', 'organization']) !== undefined) return
  if (context.organization !== undefined) {
    draft.set([...at, 'batch', 'organization'], context.organization, place)
    return
  }
  context.findings.push(
    cellFinding('CSV_VALUE_MISSING', place, {
      message: `The number ${number} does not say whose it is.`,
      remedy: 'Fill batch_organization with the id of the organization that gave the number.'
    })
  )
}

/** `inherited` stands for the whole assay, so nothing else may be said of it. */
function finishInheritedAssay(at: Path, draft: Draft, context: LineContext): void {
  if (draft.get([...at, 'assay', 'basis']) !== 'inherited') return
  const place = placeAt(draft, [...at, 'assay', 'basis'])
  if (Object.keys(draft.get([...at, 'assay']) as object).length > 1) {
    context.findings.push(
      cellFinding('CSV_NOT_FOR_LINE', place, {
        message: 'An inherited assay has no values of its own.',
        actual: 'inherited',
        remedy: 'Empty the other assay cells of the row, or state the basis of the values.'
      })
    )
  }
  draft.set([...at, 'assay'], 'inherited', place)
}

/** It would be left out, and nobody would know. */
function refuseEvidenceOfNothing(at: Path, draft: Draft, context: LineContext): void {
  const evidence = draft.get([...at, 'evidence', 0])
  if (evidence === undefined) return
  const [name = ''] = Object.keys(evidence as object)
  context.findings.push(
    cellFinding('CSV_DECLARED', placeAt(draft, [...at, 'evidence', 0, name]), {
      message: 'The row has evidence of a declared history, and declares none.',
      expected: 'a country in a column such as declared:Nd:mined',
      remedy:
        'Fill what the document says of the history, or empty the cells of its evidence. A document about the event goes into evidence_kind and the columns beside it.'
    })
  )
}

/** The evidence of a row stands behind every line of its declared history. */
function finishDeclared(at: Path, draft: Draft): void {
  const evidence = draft.get([...at, 'evidence'])
  if (evidence === undefined) return
  draft.remove([...at, 'evidence'])
  const declared = draft.get([...at, 'declared'])
  const count = Array.isArray(declared) ? declared.length : 0
  for (let index = 0; index < count; index += 1) {
    const path = [...at, 'declared', index]
    const place = draft.locate(pointerOf(path))
    if (place) draft.set([...path, 'evidence'], evidence, place)
  }
}

function placeAt(draft: Draft, path: Path): CellPlace {
  return draft.locate(pointerOf(path)) ?? { row: 1 }
}

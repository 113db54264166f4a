import { RegistryError } from '../../src/errors.ts'
import { entityTag } from '../../src/http/etag.ts'
import { GraphText } from '../../src/http/routes/graph-text.ts'
import type { Deps } from '../../src/registry/deps.ts'
import type { GraphHead, Onlooker } from '../../src/registry/trace/draw-meanwhile.ts'
import { drawn, type GraphQuestion, traceGraph } from '../../src/registry/trace/trace-graph.ts'

/** How much was shown while graphs were walked, and what became of it. */
export interface Shown {
  graphs: number
  nodes: number
  events: number
  /** Events that were met again with more edges, and drawn anew. */
  again: number
  /** Graphs that were shown in part, since others made the rest. */
  partly: number
  /** Graphs of which something was shown that was cut off afterwards. */
  void: number
}

export const NOTHING_SHOWN: Shown = { graphs: 0, nodes: 0, events: 0, again: 0, partly: 0, void: 0 }

/** Writes as the route does, and counts what it is shown. */
class CountedText implements Onlooker {
  readonly text = new GraphText()
  readonly edges = new Map<string, number>()
  nodesShown = 0

  begin(head: GraphHead): void {
    this.text.begin(head)
  }

  nodes(drawing: Parameters<Onlooker['nodes']>[0]): void {
    drawing(() => {
      this.nodesShown += 1
    })
    this.text.nodes(drawing)
  }

  events(drawing: Parameters<Onlooker['events']>[0]): void {
    drawing(({ event, inputs, outputs }) => {
      this.edges.set(event, inputs.length + outputs.length)
    })
    this.text.events(drawing)
  }
}

/** Asks what became of a batch, shown meanwhile and not; returns what is wrong, if anything is. */
export async function shownMeanwhile(
  deps: Deps,
  organization: string,
  question: Omit<GraphQuestion, 'direction'>,
  shown: Shown
): Promise<string | null> {
  const principal = { organization, client: 'test', roles: [], scopes: new Set<never>() }
  const asked = { ...question, direction: 'downstream' } as const
  const meanwhile = new CountedText()
  const [early, answer] = await Promise.all([
    traceGraph(deps, principal, asked, meanwhile).catch(refusalOf),
    traceGraph(deps, principal, asked).catch(refusalOf)
  ])
  if (typeof early === 'string' || typeof answer === 'string') {
    return early === answer ? null : `${question.batch} refused to ${organization}`
  }
  const late = drawn(answer)
  const { bytes, etag } = meanwhile.text.whole(early)
  shown.graphs += 1
  if (late.truncated === null) {
    shown.nodes += meanwhile.nodesShown
    shown.events += meanwhile.edges.size
    const partly = meanwhile.nodesShown > 0 && meanwhile.nodesShown < late.nodes.length
    shown.partly += partly ? 1 : 0
    for (const { event, inputs, outputs } of late.events) {
      const edges = meanwhile.edges.get(event)
      if (edges !== undefined && edges < inputs.length + outputs.length) shown.again += 1
    }
  } else if (meanwhile.nodesShown > 0) {
    shown.void += 1
  }
  if (bytes.toString() !== JSON.stringify(late)) return `${question.batch} for ${organization}`
  return etag === entityTag(bytes) ? null : `the tag of ${question.batch}`
}

function refusalOf(error: unknown): string {
  if (error instanceof RegistryError) return error.code
  throw error
}

/** Asks so of every batch, for each organization that made any, whole and cut off, now and as of before. */
export async function shownOfAll(deps: Deps) {
  const batches = await deps.db.query<{ id: string; half: string }>({
    text: 'select id, (select next / 2 from journal_head) as half from batch order by id'
  })
  const makers = await deps.db.query<{ id: string }>({
    text: 'select distinct organization as id from batch'
  })
  const shown = { ...NOTHING_SHOWN }
  const different: string[] = []
  for (const { id: batch, half } of batches) {
    for (const { id: organization } of makers) {
      for (const limits of [
        { depth: 64, limit: 20_000 },
        { depth: 64, limit: 20_000, asOf: half },
        { depth: 1, limit: 20_000 },
        { depth: 64, limit: 3 }
      ]) {
        const wrong = await shownMeanwhile(deps, organization, { batch, ...limits }, shown)
        if (wrong !== null) different.push(wrong)
      }
    }
  }
  return { different, shown }
}

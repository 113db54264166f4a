import type { Drawing, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import type { GraphHead, Onlooker } from '../../registry/trace/draw-meanwhile.ts'
import type { GraphInDrawing } from '../../registry/trace/trace-graph.ts'
import { HashedText, type Tagged } from '../hashed-text.ts'
import { encodeLong, type LongText } from '../long-text.ts'
import { COMMA, eventWriter, writeNodes } from './graph-pieces.ts'

/**
 * The very bytes that `JSON.stringify` makes of an answer. What is shown while the graph is still walked is
 * written then, and hashed as far as it stands at the beginning.
 */
export class GraphText implements Onlooker {
  /** Up to the last node that was shown. */
  #text: HashedText | null = null
  #shown = 0
  readonly #events = new Map<string, WrittenEvent>()

  begin(head: GraphHead): void {
    this.#begin(head)
  }

  nodes(drawing: Drawing<TreeNode>): void {
    if (this.#text) this.#addNodes(drawing, this.#text)
  }

  events(drawing: Drawing<TreeEvent>): void {
    const ends: [event: string, edges: number, end: number][] = []
    const write = eventWriter()
    const text = encodeLong((into) => {
      drawing((event) => {
        write(event, into)
        ends.push([event.event, event.inputs.length + event.outputs.length, into.size()])
      })
    })
    let begin = 0
    for (const [event, edges, end] of ends) {
      this.#events.set(event, { edges, text, begin, end })
      begin = end
    }
  }

  whole({ nodes, events, beyond, gaps, ...head }: GraphInDrawing): Tagged {
    // Of a walk that was cut off more is said of nodes, and less of what events made.
    const text = head.truncated === null && this.#text ? this.#text : this.#begin(head)
    this.#addNodes((show) => nodes(show, this.#shown), text)
    const rest = encodeLong((into) => {
      into.text('],"events":[')
      this.#writeEvents(events, into)
      into.text(`],${JSON.stringify({ beyond, gaps }).slice(1)}`)
    })
    text.add(rest)
    return text.whole()
  }

  #begin(head: GraphHead): HashedText {
    const text = new HashedText()
    text.add(Buffer.from(`${JSON.stringify(head).slice(0, -1)},"nodes":[`))
    this.#text = text
    this.#shown = 0
    this.#events.clear()
    return text
  }

  #addNodes(drawing: Drawing<TreeNode>, text: HashedText): void {
    const nodes = encodeLong((into) => {
      this.#shown += writeNodes(drawing, into, this.#shown === 0)
    })
    text.add(nodes)
  }

  #writeEvents(events: GraphInDrawing['events'], into: LongText): void {
    const write = eventWriter()
    let isFirst = true
    const next = (): void => {
      if (!isFirst) into.bytes(COMMA)
      isFirst = false
    }
    const show = (event: TreeEvent): void => {
      next()
      write(event, into)
    }
    events(show, (event, edges) => {
      const written = this.#events.get(event)
      if (written?.edges !== edges) return false
      next()
      into.part(written.text, written.begin, written.end)
      return true
    })
  }
}

interface WrittenEvent {
  readonly edges: number
  /** Where it stands from `begin` to `end`. */
  readonly text: Buffer
  readonly begin: number
  readonly end: number
}
